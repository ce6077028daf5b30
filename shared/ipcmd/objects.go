package ipcmd

import (
	"iter"
	"slices"
	"strings"
)

// An object is what the first word after the options names.
type object struct {
	words    spelling
	whenNone string // the action meant when none is given; "": ip refuses
	verbs    []verb
	refuse   never
}

// A verb is an action of an object, or a part of it with actions of its own.
type verb struct {
	words spelling
	alias string // what we call it, where that is not what ip takes
	class Class
	args  syntax
	check func(*parser) *Refusal // what the words must be together

	part     []verb // "state" of xfrm
	whenNone string

	refuse never
}

// objects has the order in which ip tries them, so that "ip n" is neighbour
// and "ip m" is maddress.
var objects = [...]*object{
	&address, &addrlabel, &maddress, &route, &rule, &neighbour, &ntable,
	&link, &l2tp, &fou, &ila, &macsec, &tunnel, &tuntap, &token, &tcpMetrics,
	&monitor, &xfrm, &mroute, &mrule, &netns, &netconf, &vrf, &sr, &nexthop,
	&mptcp, &ioam, &help, &stats,
}

var netns = object{
	words:  "netns*",
	refuse: never{LeavesNetns, "\"ip netns\" is about the network namespaces of the machine; commands run in the pod's own"},
}

var monitor = object{
	words: "monitor*",
	verbs: []verb{
		// The order is ip's: "monitor h" is help, since no group begins with h.
		{words: "file*", refuse: never{HostFiles, "\"ip monitor file\" reads a file of the machine"}},
		{words: "help*", class: Read},
		{
			words:  "all|all-nsid*|label*|link*|address*|route*|mroute*|prefix*|neigh*|netconf*|rule*|nsid*|nexthop*|stats|dev|maddress|acaddress",
			refuse: neverEnds,
		},
	},
	whenNone: "all",
}

var neverEnds = never{NeverEnds, "a monitor runs until it is killed, and the pod would wait for it"}

// help prints the usage of ip, as -help does.
var help = object{words: "help*", whenNone: "help", verbs: []verb{{words: "help", class: Read}}}

// name returns the canonical name of the action.
func (v *verb) name() string {
	if v.alias != "" {
		return v.alias
	}
	return v.words.name()
}

func findObject(word string) *object {
	for _, o := range objects {
		if o.words.fits(word) {
			return o
		}
	}
	return nil
}

func findVerb(verbs []verb, word string) *verb {
	i := slices.IndexFunc(verbs, func(v verb) bool { return v.words.fits(word) })
	if i < 0 {
		return nil
	}
	return &verbs[i]
}

// Objects returns the objects, with the parts that have actions of their own
// ("xfrm state"), and without those that are refused.
func Objects() []string {
	var names []string
	for _, o := range objects {
		if o.refuse.reason != 0 {
			continue
		}
		names = append(names, o.words.name())
		for _, v := range o.verbs {
			if v.part != nil {
				names = append(names, o.words.name()+" "+v.words.name())
			}
		}
	}
	return names
}

// verbsOf returns the actions of an object by its canonical name.
func verbsOf(name string) []verb {
	first, second, _ := strings.Cut(name, " ")
	for _, o := range objects {
		if o.words.name() != first || o.refuse.reason != 0 {
			continue
		}
		if second == "" {
			return o.verbs
		}
		for _, v := range o.verbs {
			if v.part != nil && v.words.name() == second {
				return v.part
			}
		}
	}
	return nil
}

// Actions returns the actions of an object, by their canonical names, and
// without those that are refused.
func Actions(object string) []string {
	var names []string
	for _, v := range verbsOf(object) {
		if v.refuse.reason == 0 && v.part == nil {
			names = append(names, v.name())
		}
	}
	return names
}

// verbNames has the actions as they are typed, for a hint.
func verbNames(verbs []verb) []string {
	var names []string
	for _, v := range verbs {
		if v.refuse.reason == 0 && v.part == nil {
			names = append(names, v.words.name())
		}
	}
	return names
}

// ClassOf returns what an action does, by the canonical names.
func ClassOf(object, action string) (Class, bool) {
	for _, v := range verbsOf(object) {
		if v.name() == action && v.class != 0 {
			return v.class, true
		}
	}
	return 0, false
}

// ArgNames returns the arguments of an action, those inside blocks and of
// link types too, sorted.
func ArgNames(object, action string) []string {
	return slices.Compact(slices.Sorted(eachArgName(object, action)))
}

// HasArg tells whether a name is among the [ArgNames].
func HasArg(object, action, name string) bool {
	for known := range eachArgName(object, action) {
		if known == name {
			return true
		}
	}
	return false
}

func eachArgName(object, action string) iter.Seq[string] {
	for _, v := range verbsOf(object) {
		if v.name() == action {
			return v.args.names()
		}
	}
	return syntax(nil).names()
}

// ResolveObject returns the canonical name of an object that may be
// abbreviated: "a" is "address", "x s" is "xfrm state".
func ResolveObject(words string) (string, bool) {
	first, second, _ := strings.Cut(words, " ")
	o := findObject(first)
	if o == nil || o.refuse.reason != 0 {
		return "", false
	}
	if second == "" {
		return o.words.name(), true
	}
	v := findVerb(o.verbs, second)
	if v == nil || v.part == nil {
		return "", false
	}
	return o.words.name() + " " + v.words.name(), true
}

// ResolveAction returns the canonical name of an action that may be
// abbreviated: of "link", "s" is "set".
func ResolveAction(object, word string) (string, bool) {
	verbs := verbsOf(object)
	v := findVerb(verbs, word)
	if i := slices.IndexFunc(verbs, func(v verb) bool { return v.alias == word }); v == nil && i >= 0 && word != "" {
		v = &verbs[i]
	}
	if v == nil || v.refuse.reason != 0 || v.part != nil {
		return "", false
	}
	return v.name(), true
}

func objectNames() []string {
	var names []string
	for _, o := range objects {
		names = append(names, o.words.name())
	}
	return names
}

func firstWord(s string) string {
	first, _, _ := strings.Cut(s, " ")
	return first
}
