package ipcmd

var route = object{
	words:    "route*",
	whenNone: "show",
	verbs: []verb{
		{words: "add*", class: Change, args: routeWords},
		{words: "change*|chg", class: Change, args: routeWords},
		{words: "replace*", class: Change, args: routeWords},
		{words: "prepend*", class: Change, args: routeWords},
		{words: "append*", class: Change, args: routeWords},
		{words: "test*", class: Change, args: routeWords},
		{words: "delete*", class: Change, args: routeWords},
		{words: "show*|list*|lst*", class: Read, args: routeShow},
		{words: "get*", class: Read, args: routeGet},
		{words: "flush*", class: Change, args: routeShow},
		{words: "save*", class: Read, args: routeShow},
		{words: "restore*", refuse: never{ReadsStdin, "\"ip route restore\" reads a dump from stdin"}},
		{words: "showdump*", refuse: never{ReadsStdin, "\"ip route showdump\" prints a dump that it reads from stdin"}},
		{words: "help*", class: Read},
	},
}

var routeWords = syntax{
	{"src", host{}},
	{"as", asTo{}},
	{"via", gateway{}},
	{"from", prefix{}},
	{"tos|dsfield*", dsfield{}},
	{"expires", number{}},
	{"metric*|priority*|preference", number{}},
	{"scope", named{max8}},
	{"mtu", lockable{number{}}},
	{"hoplimit", lockable{number{max: max8}}},
	{"advmss", lockable{number{}}},
	{"reordering*", lockable{number{}}},
	{"rtt", lockable{duration{}}},
	{"rto_min", duration{}},
	{"window*", lockable{number{}}},
	{"cwnd*", lockable{number{}}},
	{"initcwnd*", lockable{number{}}},
	{"initrwnd*", lockable{number{}}},
	{"features*", several{oneOf("ecn|tcp_usec_ts")}},
	{"quickack*", number{}},
	{"congctl*", lockable{word{lower + "_-"}}},
	{"rttvar*", lockable{duration{}}},
	{"ssthresh*", lockable{number{}}},
	{"realms*", realms{}},
	{"onlink", nil},
	{"nexthop...", block{&routeNexthop}},
	{"nhid", number{min: 1}},
	{"protocol*", named{max8}},
	{"table*", table{}},
	{"vrf*", device{}},
	{"dev|oif", device{}},
	{"pref*", or{"low|medium|high", number{max: max8}}},
	{"encap", encap{}},
	{"ttl-propagate", oneOf("enabled|disabled")},
	{"fastopen_no_cookie*", number{max: 1}},
	{"[to]", destination{}},
}

var routeNexthop = syntax{
	{"via", gateway{}},
	{"dev", device{}},
	{"weight", number{min: 1, max: 65536}}, // 256 before 6.12
	{"onlink", nil},
	{"realms*", realms{}},
	{"encap", encap{}},
	{"as", asTo{}},
}

var routeShow = syntax{
	{"table*", or{"all=0|cache", table{}}},
	{"vrf*", device{}},
	{"cache|cached*|cloned*", nil}, // BusyBox knows cache only, and flushes all routes at another word
	{"tos|dsfield*", dsfield{}},
	{"protocol*", named{max8}},
	{"scope*", named{max8}},
	{"type*", routeType},
	{"dev|oif", device{}},
	{"iif", device{}},
	{"mark", mark{}},
	{"metric*|priority*|preference", number{}},
	{"via", gateway{}},
	{"src", prefix{}},
	{"realms*", realms{}},
	{"from*", selector{}},
	{"[to*]", selector{}},
}

var routeGet = syntax{
	{"tos|dsfield*", dsfield{}},
	{"from*", prefix{}},
	{"iif*", device{}},
	{"mark*", mark{}},
	{"oif*|dev", device{}},
	{"notify*", nil},
	{"connected*", nil},
	{"vrf*", device{}},
	{"uid*", number{}},
	{"fibmatch*", nil},
	{"as", asTo{}},
	{"sport*", number{max: max16}},
	{"dport*", number{max: max16}},
	{"ipproto*", or{ipProto, number{max: max8}}},
	{"flowlabel", mark{bits: 20}}, // since 6.7
	{"[to]", prefix{}},
}

// routeType is the type of a route, or of what a rule does.
var routeType = choice{
	"local", "nat", "broadcast*|brd", "blackhole*", "xresolve*", "multicast*", "unreachable*", "prohibit*",
	"anycast*", "unicast*", "throw*",
}

// destination is a prefix, perhaps with the type of the route before it. ip
// takes the type only where "to" is left out or before it, so that "blackhole
// 10.0.0.0/8" stays as it is.
type destination struct{}

func (destination) read(p *parser, name string) *Refusal {
	if !p.more() {
		return p.missing("a destination after \"to\"")
	}
	kind, want := routeType.canonical(p, p.word())
	if want != "" {
		return p.scalar(prefix{}, name)
	}
	p.pos++
	kind.Name, kind.bare = "type", true
	p.add(kind)
	if r := p.scalar(prefix{}, name); r != nil {
		return r
	}
	p.cmd.Args[len(p.cmd.Args)-1].bare = true
	return nil
}

// selector is a prefix, perhaps with a word before it that says how routes are
// compared with it.
type selector struct{}

func (selector) read(p *parser, name string) *Refusal {
	if !p.more() {
		return p.missing("a prefix after \"" + name + "\"")
	}
	for _, how := range [...]string{"root", "match", "exact"} {
		if abbreviates(p.word(), how) {
			p.pos++
			return p.scalar(prefix{}, name+" "+how)
		}
	}
	return p.scalar(prefix{}, name)
}

// asTo is the label that an MPLS route puts on.
type asTo struct{}

func (asTo) read(p *parser, name string) *Refusal {
	if p.more() && p.word() == "to" {
		p.pos++
	}
	return p.scalar(host{}, name)
}
