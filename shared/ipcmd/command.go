package ipcmd

import (
	"cmp"
	"fmt"
	"iter"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// Class tells what a command does to the netns.
type Class int

// The classes.
const (
	Read   Class = iota + 1 // looks, and leaves everything as it was
	Change                  // may change something
)

// String returns "read" or "change".
func (c Class) String() string {
	switch c {
	case Read:
		return "read"
	case Change:
		return "change"
	}
	return fmt.Sprintf("Class(%d)", int(c))
}

// Command is a command that ip understands, in canonical form: nothing is
// abbreviated, nothing left out, and every value is printed as ip reads it.
// Options, Object, Action and Args together are all that runs.
type Command struct {
	Options []string // long names: "-6", "-json", "-details"
	Object  string   // "address", "link", "xfrm state"
	Action  string   // "add", "delete", "show", "set"
	Class   Class
	Args    []Arg // in the order in which ip reads them

	short string // what ip takes for the action, where it does not take Action
}

// Arg is one argument of a command. An argument inside a block (the via of a
// nexthop, the id of a vxlan) stands for itself, after the word that opens
// the block.
type Arg struct {
	Name   string // ip's keyword, also where the line left it out; two words in "mtu lock" and "via inet6"
	Value  string // canonical; "" for a flag
	Kind   Kind
	Secret bool // a key, which no report may show

	bare  bool // ip has no keyword for it, or not at this place
	inet6 bool // "default", "any" and "all" are meant for IPv6
	inner bool // of an encapsulation, which has a family of its own
}

// Kind says what the value of an argument is.
type Kind int

// The kinds.
const (
	Flag    Kind = iota + 1 // no value
	Text                    // free text, or a form with nothing to judge
	Word                    // one of a few words
	Number                  // see [Arg.Number]
	Address                 // an IP address
	Prefix                  // an IP prefix, or an address where a prefix may stand
	MAC                     // a link-layer address
	Device                  // a device that exists
	NewName                 // a name that a device is to get
	Table                   // a routing table, by number or name
	Mark                    // a number in hex, perhaps with a mask
)

var kindNames = [...]string{
	Flag: "flag", Text: "text", Word: "word", Number: "number", Address: "address", Prefix: "prefix",
	MAC: "mac", Device: "device", NewName: "new name", Table: "table", Mark: "mark",
}

// String returns the name of the kind in a word or two.
func (k Kind) String() string {
	if k < Flag || int(k) >= len(kindNames) {
		return fmt.Sprintf("Kind(%d)", int(k))
	}
	return kindNames[k]
}

// Argv returns what runs, without the leading "ip".
func (c Command) Argv() []string {
	argv := slices.Clone(c.Options)
	argv = append(argv, strings.Fields(c.Object)...)
	if action := cmp.Or(c.short, c.Action); action != "" {
		argv = append(argv, action)
	}
	for _, a := range c.Args {
		argv = a.appendTo(argv)
	}
	return argv
}

func (a Arg) appendTo(argv []string) []string {
	if !a.bare {
		argv = append(argv, strings.Fields(a.Name)...)
	}
	if a.Kind != Flag {
		argv = append(argv, a.Value)
	}
	return argv
}

// String returns the command as a person would type it.
func (c Command) String() string {
	return strings.Join(append([]string{"ip"}, c.Argv()...), " ")
}

// Redacted is String with "***" in place of keys.
func (c Command) Redacted() string {
	c.Args = slices.Clone(c.Args)
	for i := range c.Args {
		if c.Args[i].Secret {
			c.Args[i].Value = "***"
		}
	}
	return c.String()
}

// Has reports whether the argument is given.
func (c Command) Has(name string) bool {
	_, ok := c.Value(name)
	return ok
}

// Value returns the value of the first argument of that name.
func (c Command) Value(name string) (string, bool) {
	for v := range c.All(name) {
		return v, true
	}
	return "", false
}

// All yields the values of all arguments of that name.
func (c Command) All(name string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, a := range c.Args {
			if a.Name == name && !yield(a.Value) {
				return
			}
		}
	}
}

// Number returns the value of a Number, of a Mark without a mask, or of a
// Table that has a number ("main" is 254).
func (a Arg) Number() (uint64, bool) {
	switch a.Kind {
	case Number, Mark:
		n, err := strconv.ParseUint(a.Value, 0, 64)
		return n, err == nil
	case Table:
		return tableNumber(a.Value)
	}
	return 0, false
}

// Prefix returns the value of an Address or a Prefix: a bare address is a /32
// or /128; "default", "any" and "all" are 0.0.0.0/0 or ::/0, whichever the
// command is about.
func (a Arg) Prefix() (netip.Prefix, bool) {
	if a.Kind != Address && a.Kind != Prefix {
		return netip.Prefix{}, false
	}
	if anyAddress(a.Value) {
		if a.inet6 {
			return netip.PrefixFrom(netip.IPv6Unspecified(), 0), true
		}
		return netip.PrefixFrom(netip.IPv4Unspecified(), 0), true
	}
	host, bits, found := strings.Cut(a.Value, "/")
	addr, err := netip.ParseAddr(host)
	if err != nil {
		return netip.Prefix{}, false
	}
	length := addr.BitLen()
	if found {
		if length, err = strconv.Atoi(bits); err != nil {
			return netip.Prefix{}, false
		}
	}
	p := netip.PrefixFrom(addr, length)
	return p, p.IsValid()
}
