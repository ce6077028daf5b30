package ipcmd

import (
	"iter"
	"slices"
	"strings"
)

// The values here are more than one word: they read keywords of their own.

// never is a keyword that is refused wherever it stands.
type never struct {
	reason Reason
	text   string
}

func (n never) read(p *parser, _ string) *Refusal {
	p.pos-- // back to the keyword
	return n.refusal(p)
}

func (n never) refusal(p *parser) *Refusal { return p.refuse(n.reason, "%s", n.text) }

// block is a list of arguments behind the keyword, as long as they fit.
type block struct{ of *syntax }

func (v block) read(p *parser, name string) *Refusal {
	p.add(Arg{Name: name, Kind: Flag})
	return p.some(*v.of)
}

// then is a value, and arguments that only follow it.
type then struct {
	value
	of *syntax
}

func (v then) read(p *parser, name string) *Refusal {
	if r := v.value.read(p, name); r != nil {
		return r
	}
	return p.some(*v.of)
}

// lockable is a metric that "lock" may stand before: "mtu lock 1400". Its name
// then is "mtu lock", so that a rule about mtu does not allow it unasked.
type lockable struct{ scalar }

func (v lockable) read(p *parser, name string) *Refusal {
	if p.more() && p.word() == "lock" {
		p.pos++
		name += " lock"
	}
	return p.scalar(v.scalar, name)
}

// sequence is several values, one after the other, all under one name.
type sequence []scalar

func (v sequence) read(p *parser, name string) *Refusal {
	for i, s := range v {
		if r := p.scalar(s, name); r != nil {
			return r
		}
		p.cmd.Args[len(p.cmd.Args)-1].bare = i > 0
	}
	return nil
}

// several is one value or more, as long as they fit.
type several struct{ scalar }

func (v several) read(p *parser, name string) *Refusal {
	if r := p.scalar(v.scalar, name); r != nil {
		return r
	}
	for p.more() {
		a, want := v.canonical(p, p.word())
		if want != "" {
			break
		}
		a.Name, a.bare = name, true
		p.add(a)
		p.pos++
	}
	return nil
}

// mapping is FROM:TO, as for the priorities of a vlan.
type mapping struct{}

func (v mapping) canonical(_ *parser, word string) (Arg, string) {
	from, to, _ := strings.Cut(word, ":")
	_, okFrom := decimal(from)
	_, okTo := decimal(to)
	if !okFrom || !okTo {
		return Arg{}, "two numbers with a colon between"
	}
	return Arg{Kind: Text, Value: word}, ""
}

// names are every argument that a syntax may add to a command, some of them
// more than once.
func (s syntax) names() iter.Seq[string] {
	return func(yield func(string) bool) { s.eachName(yield) }
}

func (s syntax) eachName(yield func(string) bool) (more bool) {
	more = true
	s.each(func(k *keyword) bool {
		if _, no := k.takes.(never); !no {
			more = yield(k.word.name()) && eachNameIn(k.word.name(), k.takes, yield)
		}
		return more
	})
	return more
}

// eachNameIn is about the arguments that the value of another one brings along.
func eachNameIn(name string, v value, yield func(string) bool) (more bool) {
	switch v := v.(type) {
	case block:
		return v.of.eachName(yield)
	case then:
		return v.of.eachName(yield)
	case lockable:
		return yield(name + " lock")
	case selector:
		return yield(name+" root") && yield(name+" match") && yield(name+" exact")
	case gateway:
		return yield(viaInet) && yield(viaInet6)
	case destination:
		return yield("type")
	case encap:
		return !slices.ContainsFunc(encaps[:], func(t encapType) bool { return !t.args.eachName(yield) })
	case linkType:
		return !slices.ContainsFunc(linkKinds[:], func(k linkKind) bool { return !k.args.eachName(yield) })
	}
	return true
}
