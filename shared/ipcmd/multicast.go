package ipcmd

var maddress = object{
	words:    "maddress*",
	whenNone: "show",
	verbs: []verb{
		{words: "add*", class: Change, args: maddressModify},
		{words: "delete*", class: Change, args: maddressModify},
		{words: "show*|list*|lst*", class: Read, args: syntax{{"[dev]", device{}}}},
		{words: "help*", class: Read},
	},
}

var maddressModify = syntax{
	{"dev", device{}},
	{"[address*]", linkAddress{}},
}

var mroute = object{
	words:    "mroute*",
	whenNone: "show",
	verbs: []verb{
		{words: "show*|list*|lst*", class: Read, args: mrouteShow},
		{words: "help*", class: Read},
	},
}

var mrouteShow = syntax{
	{"table*", or{"all", table{}}},
	{"iif", device{}},
	{"from*", prefix{}},
	{"[to]", prefix{}},
}
