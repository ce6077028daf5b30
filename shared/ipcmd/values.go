package ipcmd

import (
	"fmt"
	"strconv"
	"strings"
)

// A scalar is a value of one word. It returns what ip makes of the word, or a
// phrase that says what belongs there.
type scalar interface {
	canonical(p *parser, word string) (a Arg, want string)
}

// scalar reads one word and adds it under the name.
func (p *parser) scalar(s scalar, name string) *Refusal {
	if !p.more() {
		return p.missing("a value after \"" + name + "\"")
	}
	a, want := s.canonical(p, p.word())
	if want != "" {
		return p.refuse(Malformed, "%s %q is not %s", name, clip(p.word()), want)
	}
	a.Name = name
	p.add(a)
	p.pos++
	return nil
}

// number is a decimal number of at least min and at most max; max 0 is 32 bits.
type number struct{ min, max uint64 }

const (
	max8  = 1<<8 - 1
	max16 = 1<<16 - 1
	max31 = 1<<31 - 1
	max32 = 1<<32 - 1
	max64 = 1<<64 - 1
)

func (n number) read(p *parser, name string) *Refusal { return p.scalar(n, name) }

func (n number) canonical(_ *parser, word string) (Arg, string) {
	limit := n.max
	if limit == 0 {
		limit = max32
	}
	v, ok := decimal(word)
	if !ok || v < n.min || v > limit {
		return Arg{}, fmt.Sprintf("a decimal number from %d to %d (without leading zeros)", n.min, limit)
	}
	return Arg{Kind: Number, Value: word}, ""
}

// decimal parses digits without sign and leading zeros: ip takes 010 for 8.
func decimal(word string) (uint64, bool) {
	if word == "" || len(word) > 1 && word[0] == '0' || strings.Trim(word, "0123456789") != "" {
		return 0, false
	}
	v, err := strconv.ParseUint(word, 10, 64)
	return v, err == nil
}

// integer may be negative, too.
type integer struct{}

func (v integer) read(p *parser, name string) *Refusal { return p.scalar(v, name) }

func (integer) canonical(_ *parser, word string) (Arg, string) {
	v, ok := decimal(strings.TrimPrefix(word, "-"))
	if !ok || v > max31 || word == "-0" {
		return Arg{}, "a decimal number of 31 bits"
	}
	return Arg{Kind: Number, Value: word}, ""
}

// oneOf is one of a few words, separated by bars: "low|medium|high". An equals
// sign puts another spelling of ip's behind the one that we write.
type oneOf string

func (v oneOf) read(p *parser, name string) *Refusal { return p.scalar(v, name) }

func (v oneOf) canonical(_ *parser, word string) (Arg, string) {
	for choice := range strings.SplitSeq(string(v), "|") {
		ours, _, _ := strings.Cut(choice, "=")
		for spelt := range strings.SplitSeq(choice, "=") {
			if spelt == word {
				return Arg{Kind: Word, Value: ours}, ""
			}
		}
	}
	return Arg{}, "one of " + list(v.words())
}

func (v oneOf) words() []string {
	words := strings.Split(string(v), "|")
	for i, choice := range words {
		words[i], _, _ = strings.Cut(choice, "=")
	}
	return words
}

// choice is one of a few words, of which a beginning may do: the first that fits.
type choice []spelling

func (v choice) read(p *parser, name string) *Refusal { return p.scalar(v, name) }

func (v choice) canonical(_ *parser, word string) (Arg, string) {
	var words []string
	for _, s := range v {
		if s.fits(word) {
			return Arg{Kind: Word, Value: s.name()}, ""
		}
		words = append(words, s.name())
	}
	return Arg{}, "one of " + list(words)
}

// onOff is written out: "o" and "of" were "off" to ip before 6.8.
const onOff = oneOf("on|off")

// or is a scalar beside some words: "forever", "inherit".
type or struct {
	words oneOf
	scalar
}

func (v or) read(p *parser, name string) *Refusal { return p.scalar(v, name) }

func (v or) canonical(p *parser, word string) (Arg, string) {
	if a, want := v.words.canonical(p, word); want == "" {
		return a, ""
	}
	a, want := v.scalar.canonical(p, word)
	if want != "" {
		want += ", nor one of " + list(v.words.words())
	}
	return a, want
}

// text is free; what cannot be printed has been refused already.
type text struct {
	max    int // bytes
	secret bool
}

func (v text) read(p *parser, name string) *Refusal { return p.scalar(v, name) }

func (v text) canonical(_ *parser, word string) (Arg, string) {
	if v.max > 0 && len(word) > v.max {
		return Arg{}, fmt.Sprintf("a text of at most %d bytes", v.max)
	}
	return Arg{Kind: Text, Value: word, Secret: v.secret}, ""
}

// word is a name that ip looks up somewhere, or that it hands to the kernel.
type word struct{ alphabet string }

// The alphabets of names; digits always belong to them.
const (
	lower  = "abcdefghijklmnopqrstuvwxyz"
	upper  = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	digits = "0123456789"
)

func (v word) read(p *parser, name string) *Refusal { return p.scalar(v, name) }

func (v word) canonical(_ *parser, s string) (Arg, string) {
	if s[0] == '-' || strings.Trim(s, v.alphabet+digits) != "" || len(s) > 64 {
		return Arg{}, "a name"
	}
	return Arg{Kind: Text, Value: s}, ""
}

// hexString is an even number of hex digits, perhaps after 0x.
type hexString struct {
	bytes  int // at most
	secret bool
}

func (v hexString) read(p *parser, name string) *Refusal { return p.scalar(v, name) }

func (v hexString) canonical(_ *parser, word string) (Arg, string) {
	hex := strings.TrimPrefix(word, "0x")
	if !isHex(hex) || len(hex)%2 != 0 || len(hex) > 2*v.bytes {
		return Arg{}, fmt.Sprintf("a string of up to %d hex digits", 2*v.bytes)
	}
	return Arg{Kind: Text, Value: word, Secret: v.secret}, ""
}

func isHex(s string) bool {
	return s != "" && strings.Trim(s, "0123456789abcdefABCDEF") == ""
}

// mark is a number that people write in hex: fwmark, spi. It is printed so.
type mark struct {
	bits   int  // 0 is 32
	masked bool // MARK/MASK is allowed
}

func (v mark) read(p *parser, name string) *Refusal { return p.scalar(v, name) }

func (v mark) canonical(_ *parser, word string) (Arg, string) {
	value, mask, slash := strings.Cut(word, "/")
	out, ok := v.hex(value)
	if slash && ok {
		var m string
		m, ok = v.hex(mask)
		out, ok = out+"/"+m, ok && v.masked
	}
	if !ok {
		return Arg{}, "a number, decimal or 0x and hex"
	}
	return Arg{Kind: Mark, Value: out}, ""
}

func (v mark) hex(word string) (string, bool) {
	bits := v.bits
	if bits == 0 {
		bits = 32
	}
	n, ok := decimal(word)
	if digits, found := strings.CutPrefix(word, "0x"); found && isHex(digits) {
		var err error
		n, err = strconv.ParseUint(digits, 16, 64)
		ok = err == nil
	}
	return fmt.Sprintf("0x%x", n), ok && n>>(bits-1)>>1 == 0
}

// duration is a number with ms or s after it; without, the kernel's own unit.
type duration struct{}

func (v duration) read(p *parser, name string) *Refusal { return p.scalar(v, name) }

func (duration) canonical(_ *parser, word string) (Arg, string) {
	end := strings.IndexFunc(word, func(r rune) bool { return r != '.' && (r < '0' || r > '9') })
	amount, unit := word, ""
	if end >= 0 {
		amount, unit = word[:end], word[end:]
	}
	whole, fraction, point := strings.Cut(amount, ".")
	_, ok := decimal(whole)
	if point {
		ok = ok && fraction != "" && strings.Trim(fraction, digits) == ""
	}
	if !ok || unit != "" && unit != "ms" && unit != "s" {
		return Arg{}, "a time like 200ms or 1.5s"
	}
	return Arg{Kind: Text, Value: word}, ""
}

// span is one number, or two with a dash between: a range of ports or uids.
type span struct{ max uint64 }

func (v span) read(p *parser, name string) *Refusal { return p.scalar(v, name) }

func (v span) canonical(_ *parser, word string) (Arg, string) {
	from, to, ranged := strings.Cut(word, "-")
	a, okFrom := decimal(from)
	b, okTo := a, true
	if ranged {
		b, okTo = decimal(to)
	}
	if !okFrom || !okTo || a > b || b > v.max {
		return Arg{}, fmt.Sprintf("a number or a range FROM-TO up to %d", v.max)
	}
	return Arg{Kind: Text, Value: word}, ""
}

// listOf is several scalars in one word, with commas between.
type listOf struct{ scalar }

func (v listOf) read(p *parser, name string) *Refusal { return p.scalar(v, name) }

func (v listOf) canonical(p *parser, word string) (Arg, string) {
	var items []string
	for item := range strings.SplitSeq(word, ",") {
		if item == "" {
			return Arg{}, "a list with commas between its items"
		}
		a, want := v.scalar.canonical(p, item)
		if want != "" {
			return Arg{}, "a list with commas, each item " + want
		}
		items = append(items, a.Value)
	}
	return Arg{Kind: Text, Value: strings.Join(items, ",")}, ""
}
