package ipcmd

// The types of devices that are joined to others of the netns.

var vethWords = syntax{{"peer", block{&peerWords}}}

var peerWords = syntax{
	{takes: include{&linkWords}},
	{"[name|dev]", newName{}},
}

var netkitWords = syntax{
	{"mode", oneOf("l2|l3")},
	{"forward|pass", nil},
	{"blackhole", nil},
	{"headroom", number{max: max16}},
	{"tailroom", number{max: max16}},
	{"scrub", oneOf("none|default")},
	{"peer", block{&netkitPeerWords}},
}

var netkitPeerWords = syntax{
	{"forward|pass", nil},
	{"blackhole", nil},
	{"scrub", oneOf("none|default")},
	{takes: include{&peerWords}},
}

var vlanWords = syntax{
	{"protocol*", etherType{}},
	{"id*", number{max: 4095}},
	{"reorder_hdr*", onOff},
	{"gvrp*", onOff},
	{"mvrp*", onOff},
	{"loose_binding*", onOff},
	{"bridge_binding*", onOff},
	{"ingress-qos-map*", several{mapping{}}},
	{"egress-qos-map*", several{mapping{}}},
}

var macvlanWords = syntax{
	{"mode*", oneOf("private|vepa|bridge|passthru|source")},
	{"flag*", oneOf("nopromisc|nodst|null")},
	{"macaddr*", macList{}},
	{"nopromisc*", nil},
	{"nodst*", nil},
	{"bcqueuelen*", number{}},
	{"bclim", integer{}}, // since 6.4
}

// macList is what a macvlan of mode source lets in.
type macList struct{}

func (macList) read(p *parser, name string) *Refusal {
	if r := p.scalar(oneOf("add|del|set|flush"), name); r != nil {
		return r
	}
	if what := p.cmd.Args[len(p.cmd.Args)-1].Value; what == "flush" {
		return nil
	}
	first := len(p.cmd.Args)
	if r := (several{linkAddress{}}).read(p, name); r != nil {
		return r
	}
	p.cmd.Args[first].bare = true
	return nil
}

var ipvlanWords = syntax{
	{"mode*", oneOf("l2|l3|l3s")},
	{"private*", nil},
	{"vepa*", nil},
	{"bridge*", nil},
}

var vrfWords = syntax{{"table*", table{}}}

var xfrmLinkWords = syntax{
	{"dev*", device{}},
	{"if_id*", mark{}},
	{"external", nil},
}

var hsrWords = syntax{
	{"supervision*", number{max: max8}},
	{"version*", number{max: 1}},
	{"proto*", number{max: 1}},
	{"slave1*", device{}},
	{"slave2*", device{}},
	{"interlink", device{}}, // since 6.10
}

var batadvWords = syntax{{"ra*", word{lower + upper + "_"}}}

var ipoibWords = syntax{
	{"pkey*", mark{bits: 16}},
	{"mode*", oneOf("datagram|connected")},
	{"umcast*", number{max: 1}},
}

var macsecLinkWords = syntax{
	{"sci", hexString{bytes: 8}},
	{"port", number{min: 1, max: max16}},
	{"address", linkAddress{}},
	{"cipher", oneOf("default|gcm-aes-128=GCM-AES-128|gcm-aes-256=GCM-AES-256|" +
		"gcm-aes-xpn-128=GCM-AES-XPN-128|gcm-aes-xpn-256=GCM-AES-XPN-256")},
	{"icvlen", number{max: 16}},
	{"encrypt", onOff},
	{"send_sci", onOff},
	{"end_station", onOff},
	{"scb", onOff},
	{"protect", onOff},
	{"replay", onOff},
	{"window", number{}},
	{"validate", oneOf("disabled|check|strict")},
	{"encodingsa", number{max: 3}},
	{"offload", oneOf("off|phy|mac")},
}
