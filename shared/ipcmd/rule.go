package ipcmd

var rule = object{words: "rule*", whenNone: "show", verbs: ruleVerbs}

// mrule is rule for the multicast families.
var mrule = object{words: "mrule*", whenNone: "show", verbs: ruleVerbs}

var ruleVerbs = []verb{
	{words: "show*|list*|lst*", class: Read, args: ruleShow},
	{words: "save*", class: Read, args: ruleShow},
	{words: "restore*", refuse: never{ReadsStdin, "\"ip rule restore\" reads a dump from stdin"}}, // "r", too
	{words: "add*", class: Change, args: ruleAdd},
	{words: "delete*", class: Change, args: ruleAdd},
	{words: "flush*", class: Change, args: ruleShow},
	{words: "help*", class: Read},
}

var ruleAdd = syntax{
	{"not", nil},
	{"from", prefix{}},
	{"to", prefix{}},
	{"priority*|preference*|order*", number{}},
	{"tos|dsfield*", dsfield{}},
	{"dscp", number{max: 63}}, // since 6.11
	{"fwmark", mark{masked: true}},
	{"realms*", realms{}},
	{"protocol*", named{max8}},
	{"tun_id*", number{max: max64}},
	{"table*|lookup", table{}},
	{"suppress_prefixlength*|sup_pl", number{max: max31}},
	{"suppress_ifgroup*|sup_group", named{max31}},
	{"iif|dev", device{}},
	{"oif", device{}},
	{"l3mdev", nil},
	{"uidrange", span{max32}},
	{"nat|map-to*", host{inet}},
	{"ipproto", or{ipProto, number{max: max8}}},
	{"sport", span{max16}},
	{"dport", span{max16}},
	{"flowlabel", mark{bits: 20, masked: true}}, // since 6.12
	{"goto*", number{min: 1}},
	{"nop*", nil},
	{"[type]", routeType},
}

var ruleShow = syntax{
	{"priority*|preference*|order*", number{}},
	{"not", nil},
	{"tos|dsfield", dsfield{}},
	{"dscp", number{max: 63}}, // since 6.11
	{"fwmark", mark{masked: true}},
	{"iif|dev", device{}},
	{"oif", device{}},
	{"l3mdev", nil},
	{"uidrange", span{max32}},
	{"tun_id*", number{max: max64}},
	{"table*|lookup*", table{}},
	{"from*|src*", prefix{}},
	{"protocol*", named{max8}},
	{"ipproto", or{ipProto, number{max: max8}}},
	{"sport", span{max16}},
	{"dport", span{max16}},
	{"[to*|dst*]", prefix{}},
}
