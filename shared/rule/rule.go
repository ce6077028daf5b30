// Package rule is the language in which a network's administrator says what
// the pods' commands may be: allow rules with typed limits on arguments.
//
// A rule only allows. It does not know variants, namespaces or where a command
// came from; package judge asks it where rules bind.
package rule

import (
	"net/netip"

	"github.com/chainsaw-cni/chainsaw/shared/ipcmd"
)

// Rule admits the commands of one object and some of its actions, or every
// command that only reads.
type Rule struct {
	Allow string // as written: "read", or "route add|replace|del"

	Read    bool
	Object  string   // canonical, "route"
	Actions []string // canonical, "add", "replace", "delete"
	Args    []ArgLimit
	Require []string // arguments that must be there
}

// ArgLimit is what one argument, by the name that ip gives it, or one option
// with its dash, may be.
type ArgLimit struct {
	Name  string
	Limit Limit
}

// Limit is what a value may be. The zero Limit admits every value.
type Limit struct {
	CIDR  []string // prefixes, or tokens that stand for one: the value lies within one of them
	In    []string // words, tokens among them: the value is one of them
	Range *Range
}

// Range is a span of whole numbers, both ends included.
type Range struct{ Low, High uint64 }

// Expander puts the values of this attachment in place of tokens.
type Expander interface {
	Expand(word string) (string, error)
}

// limit finds the limit for an argument; false when the rule does not name it.
func (r Rule) limit(name string) (Limit, bool) {
	for _, arg := range r.Args {
		if arg.Name == name {
			return arg.Limit, true
		}
	}
	return Limit{}, false
}

// admits tells whether the value lies within the limit. A token of the limit
// that has no value here admits nothing.
func (l Limit) admits(arg ipcmd.Arg, tokens Expander) bool {
	switch {
	case l.CIDR != nil:
		return l.within(arg, tokens)
	case l.In != nil:
		return l.listed(arg, tokens)
	case l.Range != nil:
		number, ok := arg.Number()
		return ok && number >= l.Range.Low && number <= l.Range.High
	}
	return true
}

func (l Limit) within(arg ipcmd.Arg, tokens Expander) bool {
	value, ok := arg.Prefix()
	if !ok {
		return false
	}
	for _, text := range l.CIDR {
		text, err := tokens.Expand(text)
		if err != nil {
			continue
		}
		if allowed, err := parsePrefix(text); err == nil && contains(allowed.Masked(), value) {
			return true
		}
	}
	return false
}

func (l Limit) listed(arg ipcmd.Arg, tokens Expander) bool {
	for _, word := range l.In {
		if word, err := tokens.Expand(word); err == nil && word == arg.Value {
			return true
		}
	}
	return false
}

func contains(outer, inner netip.Prefix) bool {
	return outer.Bits() <= inner.Bits() && outer.Contains(inner.Addr())
}

// parsePrefix reads a prefix, or an address as the prefix of itself alone.
func parsePrefix(text string) (netip.Prefix, error) {
	if addr, err := netip.ParseAddr(text); err == nil && addr.Zone() == "" {
		return addr.Prefix(addr.BitLen())
	}
	return netip.ParsePrefix(text)
}
