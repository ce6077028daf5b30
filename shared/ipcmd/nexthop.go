package ipcmd

import "strings"

var nexthop = object{
	words:    "nexthop*",
	whenNone: "show",
	verbs: []verb{
		{words: "add*", class: Change, args: nexthopModify},
		{words: "replace*", class: Change, args: nexthopModify},
		{words: "delete*", class: Change, args: nexthopModify},
		{words: "show*|list*|lst*", class: Read, args: nexthopShow},
		{words: "get*", class: Read, args: syntax{{"id", number{min: 1}}}},
		{words: "flush*", class: Change, args: nexthopShow},
		{words: "bucket*", whenNone: "show", part: []verb{
			{words: "show*|list*|lst*", class: Read, args: bucketShow},
			{words: "get*", class: Read, args: bucketGet},
			{words: "help*", class: Read},
		}},
		{words: "help*", class: Read},
	},
}

var nexthopModify = syntax{
	{"id", number{min: 1}},
	{"dev", device{}},
	{"via", gateway{}},
	{"encap", encap{}},
	{"blackhole", nil},
	{"fdb", nil},
	{"onlink", nil},
	{"group", nexthopGroup{}},
	{"type", then{oneOf("mpath|resilient"), &resilientWords}},
	{"protocol*", named{max8}},
	{"hw_stats", onOff}, // since 6.10
}

var resilientWords = syntax{
	{"buckets", number{min: 1, max: max16}},
	{"idle_timer", number{}},
	{"unbalanced_timer", number{}},
}

var nexthopShow = syntax{
	{"dev*", device{}},
	{"groups*", nil},
	{"master*", device{}},
	{"vrf*", device{}},
	{"id", number{min: 1}},
	{"protocol*", named{max8}},
	{"fdb*", nil},
}

var bucketShow = syntax{
	{"dev*", device{}},
	{"master*", device{}},
	{"vrf*", device{}},
	{"id", number{min: 1}},
	{"nhid", number{min: 1}},
}

var bucketGet = syntax{
	{"id", number{min: 1}},
	{"index", number{max: max16}},
}

// nexthopGroup is ID or ID,WEIGHT, several with slashes between.
type nexthopGroup struct{}

func (v nexthopGroup) read(p *parser, name string) *Refusal { return p.scalar(v, name) }

func (nexthopGroup) canonical(_ *parser, word string) (Arg, string) {
	for member := range strings.SplitSeq(word, "/") {
		id, weight, weighted := strings.Cut(member, ",")
		n, ok := decimal(id)
		w, okWeight := uint64(1), true
		if weighted {
			w, okWeight = decimal(weight)
		}
		if !ok || n == 0 || !okWeight || w == 0 || w > max16+1 {
			return Arg{}, "nexthop ids with slashes between, each perhaps with a comma and a weight"
		}
	}
	return Arg{Kind: Text, Value: word}, ""
}
