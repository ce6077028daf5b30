package ipcmd

var mptcp = object{
	words:    "mptcp*",
	whenNone: "help",
	verbs: []verb{
		{words: "help*", class: Read},
		{words: "endpoint*", whenNone: "show", part: []verb{
			{words: "add*", class: Change, args: endpointWords},
			{words: "change*", class: Change, args: endpointWords},
			{words: "delete*", class: Change, args: endpointWords},
			{words: "show*", class: Read, args: endpointWords},
			{words: "flush*", class: Change},
		}},
		{words: "limits*", whenNone: "show", part: []verb{
			{words: "set*", class: Change, args: limitsWords},
			{words: "show*", class: Read},
		}},
		{words: "monitor*", refuse: neverEnds},
	},
}

var endpointWords = syntax{
	{"signal", nil},
	{"subflow", nil},
	{"backup", nil},
	{"fullmesh", nil},
	{"nobackup", nil},
	{"nofullmesh", nil},
	{"laminar", nil}, // since 6.18
	{"id*", number{max: max8}},
	{"dev*", device{}},
	{"port*", number{max: max16}},
	{"(address)", host{}},
}

var limitsWords = syntax{
	{"subflows*", number{}},
	{"add_addr_accepted*", number{}},
}
