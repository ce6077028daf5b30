package ipcmd

var address = object{
	words:    "address*",
	whenNone: "show",
	verbs: []verb{
		{words: "add*", class: Change, args: addressModify},
		{words: "change*|chg", class: Change, args: addressModify},
		{words: "replace*", class: Change, args: addressModify},
		{words: "delete*", class: Change, args: addressModify},
		{words: "show*|list*|lst*", class: Read, args: addressShow},
		{words: "flush*", class: Change, args: addressShow},
		{words: "save*", class: Read, args: addressShow},
		{words: "showdump*", refuse: never{ReadsStdin, "\"ip address showdump\" prints a dump that it reads from stdin"}},
		{words: "restore*", refuse: never{ReadsStdin, "\"ip address restore\" reads a dump from stdin"}},
		{words: "help*", class: Read},
	},
}

var addressModify = syntax{
	{"peer|remote", prefix{}},
	{"broadcast*|brd", or{"+|-", host{}}},
	{"anycast", host{}},
	{"scope", named{max8}},
	{"dev", device{}},
	{"label", addressLabel{}},
	{"metric*|priority*|preference*", number{}},
	{"valid_lft*", lifetime{}},
	{"preferred_lft*", lifetime{}},
	{"nodad", nil},
	{"optimistic", nil},
	{"home", nil},
	{"mngtmpaddr", nil},
	{"noprefixroute", nil},
	{"autojoin", nil},
	{"proto", named{max8}}, // since 6.5
	{"[local]", prefix{}},
}

// addressShow serves "ip link show", too.
var addressShow = syntax{
	{"to", prefix{}},
	{"scope", named{max8}},
	{"up", nil},
	{"secondary|temporary", nil},
	{"-secondary|-temporary", nil},
	{"primary", nil},
	{"-primary", nil},
	{"nodad", nil},
	{"-nodad", nil},
	{"optimistic", nil},
	{"-optimistic", nil},
	{"dadfailed", nil},
	{"-dadfailed", nil},
	{"home", nil},
	{"-home", nil},
	{"deprecated", nil},
	{"-deprecated", nil},
	{"tentative", nil},
	{"-tentative", nil},
	{"permanent", nil},
	{"-permanent", nil},
	{"dynamic", nil},
	{"-dynamic", nil},
	{"mngtmpaddr", nil},
	{"-mngtmpaddr", nil},
	{"noprefixroute", nil},
	{"-noprefixroute", nil},
	{"autojoin", nil},
	{"-autojoin", nil},
	{"stable-privacy", nil},
	{"-stable-privacy", nil},
	{"label", text{max: 64}},
	{"group", named{max31}},
	{"master", device{}},
	{"vrf", device{}},
	{"nomaster", nil},
	{"type", kindName{}},
	{"proto", named{max8}}, // since 6.5
	{"novf", nil},          // since 6.15
	{"[dev]", device{}},
}

// lifetime is a number of seconds, or "forever".
type lifetime struct{}

func (v lifetime) read(p *parser, name string) *Refusal { return p.scalar(v, name) }

func (lifetime) canonical(p *parser, word string) (Arg, string) {
	return or{"forever", number{}}.canonical(p, word)
}

// addressLabel is a device name with a suffix: eth0:1.
type addressLabel struct{}

func (v addressLabel) read(p *parser, name string) *Refusal { return p.scalar(v, name) }

func (addressLabel) canonical(_ *parser, word string) (Arg, string) {
	for _, r := range word {
		if r != ':' && notInName(r) {
			return Arg{}, "a label like eth0:1"
		}
	}
	return text{max: maxDevice}.canonical(nil, word)
}
