package ipcmd

import "slices"

var link = object{
	words:    "link*",
	whenNone: "show",
	verbs: []verb{
		{words: "add*", class: Change, args: linkAdd, check: checkLinkAdd},
		{words: "set*|change*", class: Change, args: linkSet, check: checkLinkSet},
		{words: "replace*", class: Change, args: linkAdd, check: checkLinkAdd},
		{words: "delete*", class: Change, args: linkSet, check: checkLinkDelete},
		{words: "show*|list*|lst*", class: Read, args: addressShow},
		{words: "xstats*", class: Read, args: linkXstats},
		{words: "afstats*", class: Read, args: syntax{{"dev", device{}}}},
		{words: "property*", part: []verb{
			{words: "add*", class: Change, args: linkProperty, check: checkLinkSet},
			{words: "del*", alias: "delete", class: Change, args: linkProperty, check: checkLinkSet},
		}},
		{words: "help*", class: Read, args: syntax{{"(type)", knownKind{}}}},
	},
}

// linkWords are about the device itself; the peer of a veth has them, too.
var linkWords = syntax{
	{"up", nil},
	{"down", nil},
	{"index", number{min: 1, max: max31}},
	{"link*", device{}},
	{"address*", linkAddress{}},
	{"broadcast*|brd", linkAddress{}},
	{"txqueuelen*|qlen|txqlen*", number{max: max31}},
	{"mtu", number{max: max31}},
	{"xdpgeneric", xdp{}},
	{"xdpdrv", xdp{}},
	{"xdpoffload", xdp{}},
	{"xdp", xdp{}},
	{"netns", never{LeavesNetns, "\"netns\" moves a device to another network namespace, or makes it there"}},
	{"multicast", onOff},
	{"allmulticast", onOff},
	{"promisc", onOff},
	{"trailers", onOff},
	{"arp", onOff},
	{"carrier", onOff},
	{"vf", never{Hardware, "\"vf\" configures a virtual function of the machine's network card"}},
	{"master*", device{}},
	{"vrf", device{}},
	{"nomaster*", nil},
	{"dynamic*", onOff},
	{"alias*", text{max: 255}},
	{"group", named{max31}},
	{"mode", oneOf("default|dormant")},
	{"state", oneOf("UNKNOWN=unknown|NOTPRESENT=notpresent|DOWN=down|LOWERLAYERDOWN=lowerlayerdown|" +
		"TESTING=testing|DORMANT=dormant|UP=up")},
	{"numtxqueues*", number{min: 1, max: 4096}},
	{"numrxqueues*", number{min: 1, max: 4096}},
	{"addrgenmode*", oneOf("eui64|none|stable_secret|random")},
	{"link-netns*", never{LeavesNetns, "\"link-netns\" puts a device on one of another network namespace"}},
	{"link-netnsid*", never{LeavesNetns, "\"link-netnsid\" puts a device on one of another network namespace"}},
	{"protodown", onOff},
	{"protodown_reason", protodownReason{}},
	{"gso_max_size", number{}},
	{"gso_max_segs", number{max: 65535}},
	{"gro_max_size", number{}},
	{"gso_ipv4_max_size", number{}}, // since 6.3
	{"gro_ipv4_max_size", number{}}, // since 6.3
}

// No word of linkWords begins with "ty", so that type may stand after them.
var linkAdd = syntax{
	{takes: include{&linkWords}},
	{"type*", linkType{}},
	{"[name|dev]", newName{}},
}

var linkSet = syntax{
	{takes: include{&linkWords}},
	{"type*", linkType{}},
	{"name", newName{}},
	{"[dev]", device{}},
}

var linkProperty = syntax{
	{"altname*...", altname{}},
	{"[dev]", device{}},
}

var linkXstats = syntax{{"type*", then{kindName{}, &xstatsWords}}}

var xstatsWords = syntax{
	{"igmp|mcast", nil},
	{"stp", nil},
	{"lacp|802.3ad", nil},
	{"dev", device{}},
}

// xdp takes off a program that is there; any other word loads one.
type xdp struct{}

func (xdp) read(p *parser, name string) *Refusal {
	if p.more() && (p.word() == "off" || p.word() == "none") {
		return p.scalar(oneOf("off=none"), name)
	}
	p.pos--
	return p.refuse(RunsProgram, "%q loads a program from a file of the machine into the kernel; only \"%s off\" is allowed", name, name)
}

// protodownReason is a bit by number or name, and whether it is set.
type protodownReason struct{}

func (protodownReason) read(p *parser, name string) *Refusal {
	return sequence{named{31}, onOff}.read(p, name)
}

// checkLinkAdd wants a type: ip does, too.
func checkLinkAdd(p *parser) *Refusal {
	if !p.cmd.Has("type") {
		return p.missing("\"type\" and the kind of the new device")
	}
	return nil
}

// checkLinkSet wants a device. Without one, "name" is the device; and "group"
// is a whole group of them.
func checkLinkSet(p *parser) *Refusal {
	own := p.cmd.Args // without those of the type: the dev of a vxlan is another
	if i := slices.IndexFunc(own, argNamed("type")); i >= 0 {
		own = own[:i]
	}
	if slices.ContainsFunc(own, argNamed("dev")) {
		return nil
	}
	if i := slices.IndexFunc(own, argNamed("name")); i >= 0 {
		own[i].Name, own[i].Kind = "dev", Device
		return nil
	}
	if p.cmd.Has("group") {
		return p.refuse(ManyDevices, "\"group\" without \"dev\" is about every device of the group; name one device")
	}
	return p.missing("\"dev\" and a device")
}

func argNamed(name string) func(Arg) bool {
	return func(a Arg) bool { return a.Name == name }
}

// checkLinkDelete allows what says which device goes, and nothing that a
// delete has no use for.
func checkLinkDelete(p *parser) *Refusal {
	if r := checkLinkSet(p); r != nil {
		return r
	}
	for _, a := range p.cmd.Args {
		if a.Name != "dev" && a.Name != "type" {
			return p.refuse(NotUnderstood, "%q has no meaning for a device that is deleted", a.Name)
		}
	}
	return nil
}
