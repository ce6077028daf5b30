package ipcmd

// ttl, dsfields and the like of a tunnel may be taken from the inner packet.
const inherit = oneOf("inherit")

var vxlanWords = syntax{
	{"id*|vni*", number{max: 1<<24 - 1}},
	{"group*", host{}},
	{"remote*", host{}},
	{"local*", host{}},
	{"dev*", device{}},
	{"ttl*|hoplimit*", or{"inherit|auto", number{max: max8}}},
	{"tos*|dsfield*", or{inherit, dsfield{}}},
	{"df*", oneOf("unset|set|inherit")},
	{"label*|flowlabel*", or{inherit, mark{bits: 20}}},
	{"ageing*", or{"none", number{}}},
	{"maxaddress*", or{"unlimited", number{}}},
	{"srcport*|port*", sequence{number{max: max16}, number{max: max16}}},
	{"dstport*", number{max: max16}},
	{"nolearning*", nil},
	{"learning*", nil},
	{"noproxy*", nil},
	{"proxy*", nil},
	{"norsc*", nil},
	{"rsc*", nil},
	{"nol2miss*", nil},
	{"l2miss*", nil},
	{"nol3miss*", nil},
	{"l3miss*", nil},
	{"udpcsum*", nil},
	{"noudpcsum*", nil},
	{"udp6zerocsumtx*", nil},
	{"noudp6zerocsumtx*", nil},
	{"udp6zerocsumrx*", nil},
	{"noudp6zerocsumrx*", nil},
	{"remcsumtx*", nil},
	{"noremcsumtx*", nil},
	{"remcsumrx*", nil},
	{"noremcsumrx*", nil},
	{"external*", nil},
	{"noexternal*", nil},
	{"gbp*", nil},
	{"gpe*", nil},
	{"vnifilter", nil},
	{"novnifilter", nil},
	{"localbypass", nil},   // since 6.5
	{"nolocalbypass", nil}, // since 6.5
	{"mcroute", nil},       // since 6.14
	{"nomcroute", nil},     // since 6.14
}

var geneveWords = syntax{
	{"id*|vni*", number{max: 1<<24 - 1}},
	{"remote*", host{}},
	{"ttl*|hoplimit*", or{"inherit|auto", number{max: max8}}},
	{"tos*|dsfield*", or{inherit, dsfield{}}},
	{"df*", oneOf("unset|set|inherit")},
	{"label*|flowlabel*", mark{bits: 20}},
	{"dstport*", number{max: max16}},
	{"external*", nil},
	{"noexternal*", nil},
	{"udpcsum*", nil},
	{"noudpcsum*", nil},
	{"udp6zerocsumtx*", nil},
	{"noudp6zerocsumtx*", nil},
	{"udp6zerocsumrx*", nil},
	{"noudp6zerocsumrx*", nil},
	{"innerprotoinherit", nil},
	{"port", span{max16}}, // since 6.15
}

// greKeys begin the tables of GRE over IPv4 and IPv6.
var greKeys = syntax{
	{"key*", tunnelKey{}},
	{"nokey*", nil},
	{"ikey*", tunnelKey{}},
	{"noikey*", nil},
	{"okey*", tunnelKey{}},
	{"nookey*", nil},
	{"seq*", nil},
	{"noseq*", nil},
	{"iseq*", nil},
	{"noiseq*", nil},
	{"oseq*", nil},
	{"nooseq*", nil},
	{"csum*", nil},
	{"nocsum*", nil},
	{"icsum*", nil},
	{"noicsum*", nil},
	{"ocsum*", nil},
	{"noocsum*", nil},
}

// tunnelEncap puts UDP around a tunnel.
var tunnelEncap = syntax{
	{"noencap", nil},
	{"encap", oneOf("fou|gue|none")},
	{"encap-sport", or{"auto", number{max: max16}}},
	{"encap-dport", number{max: max16}},
	{"encap-csum", nil},
	{"noencap-csum", nil},
	{"encap-udp6-csum", nil},
	{"noencap-udp6-csum", nil},
	{"encap-remcsum", nil},
	{"noencap-remcsum", nil},
	{"external", nil},
}

var erspanWords = syntax{
	{"erspan", number{max: 1<<20 - 1}},
	{"erspan_ver", number{max: 2}},
	{"erspan_dir", oneOf("ingress|egress")},
	{"erspan_hwid", number{max: max16}},
}

var greWords = syntax{
	{takes: include{&greKeys}},
	{"nopmtudisc*", nil},
	{"pmtudisc*", nil},
	{"remote*", host{inet}},
	{"local*", host{inet}},
	{"dev*", device{}},
	{"ttl*|hoplimit*|hlim*", or{inherit, number{max: max8}}},
	{"tos*|tclass*|dsfield*", or{inherit, dsfield{}}},
	{takes: include{&tunnelEncap}},
	{"ignore-df", nil},
	{"noignore-df", nil},
	{"fwmark", mark{}},
	{takes: include{&erspanWords}},
}

var gre6Words = syntax{
	{takes: include{&greKeys}},
	{"remote*", host{inet6}},
	{"local*", host{inet6}},
	{"dev*", device{}},
	{"ttl*|hoplimit*|hlim*", or{inherit, number{max: max8}}},
	{"tos*|tclass*|dsfield*", or{inherit, dsfield{}}},
	{"flowlabel|fl", flowLabel{}},
	{"dscp", inherit},
	{takes: include{&tunnelEncap}},
	{"fwmark", or{inherit, mark{}}},
	{"allow-localremote", nil},
	{"noallow-localremote", nil},
	{"encaplimit", or{"none", number{max: max8}}},
	{takes: include{&erspanWords}},
}

// flowLabel is hex to ip, with or without 0x.
type flowLabel struct{}

func (v flowLabel) read(p *parser, name string) *Refusal { return p.scalar(v, name) }

func (flowLabel) canonical(p *parser, word string) (Arg, string) {
	return or{inherit, hexNumber{20}}.canonical(p, word)
}

var ip6tnlWords = syntax{
	{"mode", oneOf("ip6ip6=ipv6/ipv6|ipip6=ip/ipv6=ipv4/ipv6=ip4ip6|any=any/ipv6")},
	{"remote", host{inet6}},
	{"local", host{inet6}},
	{"dev*", device{}},
	{"ttl|hoplimit|hlim", or{inherit, number{max: max8}}},
	{"encaplimit", or{"none", number{max: max8}}},
	{"tos|tclass|tc|dsfield*", or{inherit, dsfield{}}},
	{"flowlabel|fl", flowLabel{}},
	{"dscp", inherit},
	{"fwmark", or{inherit, mark{}}},
	{"allow-localremote", nil},
	{"noallow-localremote", nil},
	{takes: include{&tunnelEncap}},
}

// iptnlWords are for ipip and sit.
var iptnlWords = syntax{
	{"mode", oneOf("ip6ip=ipv6/ipv4|ipip=ipv4/ipv4=ip4ip4|mplsip=mpls/ipv4|any=any/ipv4")},
	{"remote", host{inet}},
	{"local", host{inet}},
	{"dev*", device{}},
	{"ttl|hoplimit|hlim", or{inherit, number{max: max8}}},
	{"tos|tclass|tc|dsfield*", or{inherit, dsfield{}}},
	{"nopmtudisc", nil},
	{"pmtudisc", nil},
	{"isatap", nil},
	{takes: include{&tunnelEncap}},
	{"6rd-prefix", prefix{inet6}},
	{"6rd-relay_prefix", prefix{inet}},
	{"6rd-reset", nil},
	{"fwmark", mark{}},
}

var vtiWords = syntax{
	{"key*", tunnelKey{}},
	{"ikey*", tunnelKey{}},
	{"okey*", tunnelKey{}},
	{"remote*", host{}},
	{"local*", host{}},
	{"dev*", device{}},
	{"fwmark", mark{}},
}

var bareudpWords = syntax{
	{"dstport*", number{max: max16}},
	{"ethertype*", etherType{}},
	{"srcportmin*", number{max: max16}},
	{"multiproto*", nil},
	{"nomultiproto*", nil},
}

var amtWords = syntax{
	{"mode", oneOf("gateway|relay")},
	{"relay_port", number{max: max16}},
	{"gateway_port", number{max: max16}},
	{"max_tunnels", number{}},
	{"dev", device{}},
	{"local", host{inet}},
	{"discovery", host{inet}},
}

var gtpWords = syntax{
	{"role", oneOf("sgsn|ggsn")},
	{"hsize", number{}},
	{"restart_count", number{max: max8}},
}
