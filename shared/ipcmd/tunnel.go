package ipcmd

// tunnel is the old interface to tunnels, by ioctl. Its IPv6 modes have a
// table of their own in ip; they hardly differ, and share one here.
var tunnel = object{
	words:    "tunnel*|tunl*",
	whenNone: "show",
	verbs: []verb{
		{words: "add*", class: Change, args: tunnelAdd},
		{words: "change*", class: Change, args: tunnelModify},
		{words: "delete*", class: Change, args: tunnelModify},
		{words: "show*|list*|lst*", class: Read, args: tunnelModify},
		{words: "prl*", class: Change, args: tunnelPRL},
		{words: "6rd*", class: Change, args: tunnel6rd},
		{words: "help*", class: Read},
	},
}

var tunnelWords = syntax{
	{"mode", oneOf("ipip=ip/ip|gre=gre/ip|sit=ipv6/ip|isatap|vti|" +
		"ip6ip6=ipv6/ipv6|vti6|ipip6=ip/ipv6=ipv4/ipv6=ip4ip6|ip6gre=gre/ipv6|any=any/ipv6")},
	{"key", tunnelKey{}},
	{"ikey", tunnelKey{}},
	{"okey", tunnelKey{}},
	{"seq", nil},
	{"iseq", nil},
	{"oseq", nil},
	{"csum", nil},
	{"icsum", nil},
	{"ocsum", nil},
	{"nopmtudisc", nil},
	{"pmtudisc", nil},
	{"remote", host{}},
	{"local", host{}},
	{"dev", device{}},
	{"encaplimit", or{"none", number{max: max8}}},
	{"ttl|hoplimit|hlim", or{inherit, number{max: max8}}},
	{"tos|tclass|dsfield*", or{inherit, dsfield{}}},
	{"flowlabel|fl", flowLabel{}},
	{"dscp", inherit},
	{"allow-localremote", nil},
	{"noallow-localremote", nil},
}

var tunnelAdd = syntax{
	{takes: include{&tunnelWords}},
	{"[name]", newName{}},
}

var tunnelModify = syntax{
	{takes: include{&tunnelWords}},
	{"[name]", device{}},
}

var tunnelPRL = syntax{
	{"prl-default", host{inet}},
	{"prl-nodefault", host{inet}},
	{"prl-delete", host{inet}},
	{"dev", device{}},
}

var tunnel6rd = syntax{
	{"6rd-prefix", prefix{inet6}},
	{"6rd-relay_prefix", prefix{inet}},
	{"6rd-reset", nil},
	{"dev", device{}},
}

var tuntap = object{
	words:    "tuntap*|tap*",
	whenNone: "show",
	verbs: []verb{
		{words: "add*", class: Change, args: tuntapAdd},
		{words: "delete*", class: Change, args: tuntapDelete},
		{words: "show*|list*|lst*", class: Read},
		{words: "help*", class: Read},
	},
}

// tuntapAdd takes owners by number only: ip looks names up on the machine.
var tuntapAdd = syntax{
	{"mode*", oneOf("tun|tap")},
	{"user*", number{max: max31}},
	{"group*", number{max: max31}},
	{"pi*", nil},
	{"one_queue*", nil},
	{"vnet_hdr*", nil},
	{"multi_queue*", nil},
	{"[dev*|name*]", newName{}},
}

// tuntapDelete has neither user nor group, which ip takes for a name.
var tuntapDelete = syntax{
	{"mode*", oneOf("tun|tap")},
	{"pi*", nil},
	{"one_queue*", nil},
	{"vnet_hdr*", nil},
	{"multi_queue*", nil},
	{"[dev*|name*]", device{}},
}
