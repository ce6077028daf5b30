package ipcmd

import "slices"

// A syntax lists the keywords that ip knows at a place, in the order in which
// it tries them. The first that fits a word wins.
type syntax []keyword

// A keyword is one row of a syntax. A row without a word stands for all rows
// of another table.
type keyword struct {
	word  spelling
	takes value // what follows the keyword; nil: nothing, it is a flag
}

// A value reads what follows a keyword and adds it to the command.
type value interface {
	read(p *parser, name string) *Refusal
}

// include stands for the rows of another table.
type include struct{ of *syntax }

func (include) read(*parser, string) *Refusal { return nil }

// each calls yield with every row, in order, through the tables included.
func (s syntax) each(yield func(*keyword) bool) bool {
	for i := range s {
		k := &s[i]
		if in, ok := k.takes.(include); ok {
			if !in.of.each(yield) {
				return false
			}
		} else if !yield(k) {
			return false
		}
	}
	return true
}

// find returns the row for word, or the row whose keyword may be left out.
func (s syntax) find(word string) (k *keyword, leftOut bool) {
	s.each(func(row *keyword) bool {
		if row.word.fits(word) {
			k, leftOut = row, false
			return false
		}
		if k == nil && row.word.mayBeLeftOut() {
			k, leftOut = row, true
		}
		return true
	})
	return k, leftOut
}

// parser walks over the words once, from the left.
type parser struct {
	words  []string
	pos    int
	family family // what -4, -6, -M ... ask for
	cmd    Command

	ended   []syntax // the blocks that were over when the word at endedAt came
	endedAt int
}

func (p *parser) more() bool   { return p.pos < len(p.words) }
func (p *parser) word() string { return p.words[p.pos] }

func (p *parser) add(a Arg) { p.cmd.Args = append(p.cmd.Args, a) }

// all reads the rest of the line.
func (p *parser) all(s syntax) *Refusal {
	if r := p.some(s); r != nil {
		return r
	}
	if p.more() {
		return p.unknown(s)
	}
	return nil
}

// some reads words as long as they fit, and leaves the rest to the caller.
func (p *parser) some(s syntax) *Refusal {
	var room [16]*keyword
	seen := room[:0]
	for p.more() {
		k, leftOut := s.find(p.word())
		if k == nil || leftOut && slices.Contains(seen, k) {
			p.end(s)
			return nil
		}
		if slices.Contains(seen, k) && !k.word.mayRepeat() {
			return p.refuse(Malformed, "%q is given twice", k.word.name())
		}
		seen = append(seen, k)
		if r := p.argument(k, leftOut); r != nil {
			return r
		}
	}
	return nil
}

// end remembers that the next word is not one of this block.
func (p *parser) end(block syntax) {
	if p.endedAt != p.pos {
		p.ended, p.endedAt = nil, p.pos
	}
	p.ended = append(p.ended, block)
}

// checkEnded refuses an argument behind a block that would swallow it when it is
// written out: of "encap ip6 dst fd00::1 hop 9", "hop" is no word of the tunnel,
// and "hoplimit" is.
func (p *parser) checkEnded(name string) *Refusal {
	if p.endedAt != p.pos {
		return nil
	}
	for _, block := range p.ended {
		if k, leftOut := block.find(name); k != nil && !leftOut {
			return p.refuse(NotUnderstood, "%q is read as %q here, which could also belong to what stands before it; write it further ahead", clip(p.word()), name)
		}
	}
	return nil
}

func (p *parser) argument(k *keyword, leftOut bool) *Refusal {
	name := k.word.name()
	if r := p.checkEnded(name); r != nil && !k.word.hasNoKeyword() {
		return r
	}
	if !leftOut {
		p.pos++
	} else if abbreviates(p.word(), "help") && !k.word.hasNoKeyword() {
		return p.refuse(NotUnderstood, "%q is read as \"help\" here; write %q before it if it is a value", p.word(), name)
	}
	if k.takes == nil {
		p.add(Arg{Name: name, Kind: Flag})
		return nil
	}
	before := len(p.cmd.Args)
	if r := k.takes.read(p, name); r != nil {
		return r
	}
	if k.word.hasNoKeyword() && before < len(p.cmd.Args) {
		p.cmd.Args[before].bare = true
	}
	return nil
}

func abbreviates(word, whole string) bool {
	return word != "" && len(word) <= len(whole) && whole[:len(word)] == word
}
