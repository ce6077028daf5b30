package ipcmd

var neighbour = object{
	words:    "neighbour*|neighbor*",
	whenNone: "show",
	verbs: []verb{
		{words: "add*", class: Change, args: neighbourModify},
		{words: "change*|chg", class: Change, args: neighbourModify},
		{words: "replace*", class: Change, args: neighbourModify},
		{words: "delete*", class: Change, args: neighbourModify},
		{words: "get*", class: Read, args: neighbourGet},
		{words: "show*|list*|lst*", class: Read, args: neighbourShow},
		{words: "flush*", class: Change, args: neighbourShow},
		{words: "help*", class: Read},
	},
}

var nudState = choice{"permanent*", "reachable*", "noarp", "none", "stale", "incomplete", "delay", "probe", "failed*"}

var neighbourModify = syntax{
	{"lladdr*", or{"null", linkAddress{}}},
	{"nud", nudState},
	{"proxy*", host{}},
	{"router", nil},
	{"use", nil},
	{"managed", nil},
	{"extern_learn*", nil},
	{"extern_valid", nil}, // since 6.16
	{"dev", device{}},
	{"protocol*", named{max8}},
	{"[to]", host{}},
}

var neighbourGet = syntax{
	{"dev", device{}},
	{"proxy*", host{}},
	{"[to]", host{}},
}

var neighbourShow = syntax{
	{"dev", device{}},
	{"master", device{}},
	{"vrf", device{}},
	{"nomaster", nil},
	{"unused", nil},
	{"nud...", or{"all", nudState}},
	{"proxy", nil},
	{"protocol*", named{max8}},
	{"[to]", prefix{}},
}

var ntable = object{
	words:    "ntable*|ntbl*",
	whenNone: "show",
	verbs: []verb{
		{words: "change*|chg*", class: Change, args: ntableChange, check: checkNtableChange},
		{words: "show*|list*|lst*", class: Read, args: ntableShow},
		{words: "help*", class: Read},
	},
}

var ntableChange = syntax{
	{"name", word{lower + "_"}},
	{"dev", device{}},
	{"base_reachable", number{max: max64}},
	{"retrans", number{max: max64}},
	{"gc_stale", number{max: max64}},
	{"delay_probe", number{max: max64}},
	{"queue", number{}},
	{"app_probes", number{}},
	{"ucast_probes", number{}},
	{"mcast_probes", number{}},
	{"mcast_reprobes", number{}}, // since 6.16
	{"anycast_delay", number{max: max64}},
	{"proxy_delay", number{max: max64}},
	{"proxy_queue", number{}},
	{"locktime", number{max: max64}},
	{"thresh1", notOfOneNetns},
	{"thresh2", notOfOneNetns},
	{"thresh3", notOfOneNetns},
	{"gc_int", notOfOneNetns},
}

var notOfOneNetns = never{LeavesNetns, "the thresholds of a neighbour table are the machine's, and not of one netns"}

// checkNtableChange wants a device: without one, the command is about the
// defaults of the machine.
func checkNtableChange(p *parser) *Refusal {
	if !p.cmd.Has("dev") {
		return p.refuse(LeavesNetns, "without \"dev\" the settings are the machine's, and not of one device")
	}
	return nil
}

var ntableShow = syntax{
	{"dev", device{}},
	{"name", word{lower + "_"}},
}
