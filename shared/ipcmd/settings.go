package ipcmd

// The objects here are small: labels, tokens, counters and settings of the
// netns and its devices.

var addrlabel = object{
	words:    "addrlabel*",
	whenNone: "show",
	verbs: []verb{
		{words: "show*|list*|lst*", class: Read},
		{words: "add*", class: Change, args: addrlabelModify},
		{words: "delete*", class: Change, args: addrlabelModify},
		{words: "flush*", class: Change},
		{words: "help*", class: Read},
	},
}

var addrlabelModify = syntax{
	{"prefix", prefix{}},
	{"dev", device{}},
	{"label", number{max: max32 - 1}},
}

var token = object{
	words:    "token*",
	whenNone: "show",
	verbs: []verb{
		{words: "show*|list*|lst*", class: Read, args: syntax{{"dev", device{}}}},
		{words: "set*|add*", class: Change, args: tokenSet},
		{words: "delete*", class: Change, args: syntax{{"dev", device{}}}},
		{words: "get*", class: Read, args: syntax{{"dev", device{}}}},
		{words: "help*", class: Read},
	},
}

var tokenSet = syntax{
	{"dev", device{}},
	{"(token)", host{inet6}},
}

var tcpMetrics = object{
	words:    "tcp_metrics*|tcpmetrics*",
	whenNone: "show",
	verbs: []verb{
		{words: "show*|list*|lst*", class: Read, args: tcpMetricsWords},
		{words: "delete*|remove*", class: Change, args: tcpMetricsWords},
		{words: "flush*", class: Change, args: tcpMetricsWords},
		{words: "help*", class: Read},
	},
}

var tcpMetricsWords = syntax{
	{"src|source", prefix{}},
	{"[address|addr]", prefix{}},
}

var netconf = object{
	words:    "netconf*",
	whenNone: "show",
	verbs: []verb{
		{words: "show*|list*|lst*", class: Read, args: syntax{{"dev", device{}}}},
		{words: "help*", class: Read},
	},
}

var vrf = object{
	words:    "vrf*",
	whenNone: "show",
	verbs: []verb{
		{words: "identify*", refuse: never{HostFiles, "\"ip vrf identify\" looks at processes of the machine"}},
		{words: "pids*", refuse: never{HostFiles, "\"ip vrf pids\" looks at processes of the machine, and may mount its cgroups"}},
		{words: "exec*", refuse: never{RunsProgram, "\"ip vrf exec\" runs a program"}},
		{words: "show*|list*|lst*", class: Read, args: syntax{{"(dev)", device{}}}},
		{words: "help*", class: Read},
	},
}

// stats knows whole words only.
var stats = object{
	words:    "stats*",
	whenNone: "show",
	verbs: []verb{
		{words: "help", class: Read},
		{words: "show", class: Read, args: statsShow},
		{words: "set", class: Change, args: statsSet},
	},
}

var statsShow = syntax{
	{"dev", device{}},
	{"group...", oneOf("link|offload|xstats|xstats_slave|afstats")},
	{"subgroup...", word{lower + "_-"}},
	{"suite...", word{lower + "_-"}},
}

var statsSet = syntax{
	{"dev", device{}},
	{"l3_stats", onOff},
}
