package ipcmd

// The objects here talk to their own part of the kernel over generic netlink.

var l2tp = object{
	words:    "l2tp*",
	whenNone: "help",
	verbs: []verb{
		{words: "help*", class: Read},
		{words: "add*", class: Change, args: l2tpAdd},
		{words: "delete*", class: Change, args: l2tpModify},
		{words: "show*|list*|lst*", class: Read, args: l2tpModify},
	},
}

var l2tpWords = syntax{
	{"tunnel", nil},
	{"session", nil},
	{"encap", oneOf("ip|udp")},
	{"remote", host{}},
	{"local", host{}},
	{"tunnel_id|tid", number{}},
	{"peer_tunnel_id|ptid", number{}},
	{"session_id|sid", number{}},
	{"peer_session_id|psid", number{}},
	{"udp_sport", number{max: max16}},
	{"udp_dport", number{max: max16}},
	{"udp_csum", onOff},
	{"udp6_csum_rx", onOff},
	{"udp6_csum_tx", onOff},
	{"cookie", hexString{bytes: 8}},
	{"peer_cookie", hexString{bytes: 8}},
	{"l2spec_type", oneOf("default|none")},
	{"seq", oneOf("none|send|recv|both")},
}

var l2tpAdd = syntax{
	{takes: include{&l2tpWords}},
	{"name", newName{}},
}

var l2tpModify = syntax{
	{takes: include{&l2tpWords}},
	{"name", device{}},
}

var fou = object{
	words:    "fou*",
	whenNone: "help",
	verbs: []verb{
		{words: "help*", class: Read},
		{words: "add*", class: Change, args: fouWords},
		{words: "delete*", class: Change, args: fouWords},
		{words: "show*", class: Read},
	},
}

var fouWords = syntax{
	{"port*", number{min: 1, max: max16}},
	{"ipproto*", or{ipProto, number{min: 1, max: max8}}},
	{"gue*", nil},
	{"-6*", nil},
	{"local*", host{}},
	{"peer*", host{}},
	{"peer_port*", number{min: 1, max: max16}},
	{"dev*", device{}},
}

var macsec = object{
	words:    "macsec*",
	whenNone: "help",
	verbs: []verb{
		{words: "help*", class: Read},
		{words: "show*", class: Read, args: syntax{{"(dev)", device{}}}},
		{words: "add*", class: Change, args: macsecDevice},
		{words: "set*", class: Change, args: macsecDevice},
		{words: "delete*", class: Change, args: macsecDevice},
		{words: "offload*", class: Change, args: syntax{{"(dev)", then{device{}, &macsecOffload}}}},
	},
}

// ip has no keyword for the device, and wants it first.
var macsecDevice = syntax{{"(dev)", then{device{}, &macsecWords}}}

var macsecWords = syntax{
	{"tx", block{&macsecAssociation}},
	{"rx", block{&macsecChannel}},
}

var macsecChannel = syntax{
	{"sci", hexString{bytes: 8}},
	{"port", number{min: 1, max: max16}},
	{"address", linkAddress{}},
	{takes: include{&macsecAssociation}},
}

var macsecAssociation = syntax{
	{"sa", number{max: 3}},
	{"pn", number{}},
	{"xpn", number{max: max64}},
	{"salt", hexString{bytes: 12, secret: true}},
	{"ssci", hexString{bytes: 4}},
	{"key", sequence{hexString{bytes: 16}, hexString{bytes: 32, secret: true}}},
	{"on", nil},
	{"off", nil},
}

var macsecOffload = syntax{{"(offload)", oneOf("off|phy|mac")}}
