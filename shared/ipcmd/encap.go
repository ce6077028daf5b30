package ipcmd

// encap is a lightweight tunnel of a route or nexthop: "encap mpls 100".
type encap struct{}

// An encapType has the arguments of one kind of tunnel.
type encapType struct {
	name   string
	args   *syntax
	refuse never
}

var encaps = [...]encapType{
	{name: "mpls", args: &mplsWords},
	{name: "ip", args: &encapIPWords},
	{name: "ip6", args: &encapIP6Words},
	{name: "ila", args: &encapILAWords},
	{name: "seg6", args: &seg6Words},
	{name: "seg6local", args: &seg6localWords},
	{name: "rpl", args: &rplWords},
	{name: "ioam6", args: &ioam6Words},
	{name: "xfrm", args: &encapXfrmWords},
	{name: "bpf", args: &noWords, refuse: loadsBPF},
}

var loadsBPF = never{RunsProgram, "this loads a program from a file of the machine into the kernel"}

func (encap) read(p *parser, name string) *Refusal {
	if !p.more() {
		return p.missing("the type of the tunnel after \"encap\"")
	}
	var names []string
	for _, t := range encaps {
		if t.name != p.word() {
			names = append(names, t.name)
			continue
		}
		if t.refuse.reason != 0 {
			return t.refuse.refusal(p)
		}
		p.pos++
		p.add(Arg{Name: name, Kind: Word, Value: t.name})
		before := len(p.cmd.Args)
		r := p.some(*t.args)
		for i := range p.cmd.Args[before:] {
			p.cmd.Args[before+i].inner = true
		}
		return r
	}
	return p.unknownWord("a tunnel that \"encap\" knows", names)
}

var mplsWords = syntax{
	{"(label)", labelStack{}},
	{"ttl", number{max: max8}},
}

// tunnelMeta ends the tables of ip and ip6.
var tunnelMeta = syntax{
	{"geneve_opts", word{lower + upper + ":,"}},
	{"vxlan_opts", number{}},
	{"erspan_opts", word{":"}},
	{"key", nil},
	{"csum", nil},
	{"seq", nil},
}

var encapIPWords = syntax{
	{"id", number{max: max64}},
	{"dst", host{inet}},
	{"src", host{inet}},
	{"tos", dsfield{}},
	{"ttl", number{max: max8}},
	{takes: include{&tunnelMeta}},
}

var encapIP6Words = syntax{
	{"id", number{max: max64}},
	{"dst", host{inet6}},
	{"src", host{inet6}},
	{"tc", dsfield{}},
	{"hoplimit", number{max: max8}},
	{takes: include{&tunnelMeta}},
}

var encapILAWords = syntax{
	{"(locator)", locator{}},
	{"csum-mode", ilaChecksum},
	{"ident-type", ilaIdentifier},
	{"hook-type", oneOf("output|input")},
}

var seg6Words = syntax{
	{"mode", oneOf("inline|encap|l2encap|encap.red|l2encap.red")},
	{"segs", listOf{host{inet6}}},
	{"hmac", mark{}},
	{"tunsrc", host{inet6}}, // since 6.12
}

var seg6localWords = syntax{
	{"action", oneOf("End|End.X|End.T|End.DX2|End.DX6|End.DX4|End.DT6|End.DT4|End.DT46|End.B6|End.B6.Encaps|End.BM|End.S|End.AS|End.AM")},
	{"table", table{}},
	{"vrftable", table{}},
	{"nh4", host{inet}},
	{"nh6", host{inet6}},
	{"iif", device{}},
	{"oif", device{}},
	{"count", nil},
	{"flavors", then{listOf{oneOf("psp|usp|usd|next-csid")}, &flavorWords}},
	{"srh", block{&srhWords}},
	{"endpoint", loadsBPF},
}

var flavorWords = syntax{
	{"lblen", number{max: max8}},
	{"nflen", number{max: max8}},
}

var srhWords = syntax{
	{"segs", listOf{host{inet6}}},
	{"hmac", mark{}},
}

var rplWords = syntax{{"segs", listOf{host{inet6}}}}

var ioam6Words = syntax{
	{"freq", frequency{}},
	{"mode", oneOf("inline|encap|auto")},
	{"tunsrc", host{inet6}}, // since 6.12
	{"tundst", host{inet6}},
	{"trace", block{&ioam6TraceWords}},
}

var ioam6TraceWords = syntax{
	{"prealloc", nil},
	{"type", mark{}},
	{"ns", number{max: max16}},
	{"size", number{max: max8}},
}

// frequency is K/N: K of N packets.
type frequency struct{}

func (v frequency) read(p *parser, name string) *Refusal { return p.scalar(v, name) }

func (frequency) canonical(_ *parser, word string) (Arg, string) {
	for i, r := range word {
		if r != '/' {
			continue
		}
		_, okK := decimal(word[:i])
		_, okN := decimal(word[i+1:])
		if okK && okN {
			return Arg{Kind: Text, Value: word}, ""
		}
	}
	return Arg{}, "two numbers with a slash between"
}

var encapXfrmWords = syntax{
	{"if_id", mark{}},
	{"link_dev", device{}},
}
