package ipcmd

import (
	"strings"

	"github.com/chainsaw-cni/chainsaw/shared/nearest"
)

// A linkKind is a type of device, with the arguments that it has of its own.
type linkKind struct {
	name string
	args *syntax
}

// linkKinds has the kinds that ip 6.1 knows, and netkit (6.8). All of them
// live in one netns; what may be below them is not for words to tell.
var linkKinds = [...]linkKind{
	{"amt", &amtWords},
	{"bareudp", &bareudpWords},
	{"batadv", &batadvWords},
	{"bond", &bondWords},
	{"bond_slave", &bondSlaveWords},
	{"bridge", &bridgeWords},
	{"bridge_slave", &bridgeSlaveWords},
	{"can", &canWords},
	{"dummy", &noWords},
	{"erspan", &greWords},
	{"geneve", &geneveWords},
	{"gre", &greWords},
	{"gretap", &greWords},
	{"gtp", &gtpWords},
	{"hsr", &hsrWords},
	{"ifb", &noWords},
	{"ip6erspan", &gre6Words},
	{"ip6gre", &gre6Words},
	{"ip6gretap", &gre6Words},
	{"ip6tnl", &ip6tnlWords},
	{"ipip", &iptnlWords},
	{"ipoib", &ipoibWords},
	{"ipvlan", &ipvlanWords},
	{"ipvtap", &ipvlanWords},
	{"macsec", &macsecLinkWords},
	{"macvlan", &macvlanWords},
	{"macvtap", &macvlanWords},
	{"netkit", &netkitWords},
	{"nlmon", &noWords},
	{"sit", &iptnlWords},
	{"team", &noWords},
	{"team_slave", &noWords},
	{"vcan", &noWords},
	{"veth", &vethWords},
	{"vlan", &vlanWords},
	{"vrf", &vrfWords},
	{"vrf_slave", &noWords},
	{"vti", &vtiWords},
	{"vti6", &vtiWords},
	{"vxcan", &vethWords},
	{"vxlan", &vxlanWords},
	{"wireguard", &noWords},
	{"xfrm", &xfrmLinkWords},
}

var noWords = syntax{}

func findKind(name string) *linkKind {
	for i := range linkKinds {
		if linkKinds[i].name == name {
			return &linkKinds[i]
		}
	}
	return nil
}

func linkKindNames() []string {
	var names []string
	for _, k := range linkKinds {
		names = append(names, k.name)
	}
	return names
}

// linkType is a kind and its arguments; they go on to the end of the line.
type linkType struct{}

func (linkType) read(p *parser, name string) *Refusal {
	if r := p.scalar(knownKind{}, name); r != nil {
		return r
	}
	kind := p.cmd.Args[len(p.cmd.Args)-1]
	if p.pos == len(p.words)-1 && p.word() == "help" {
		p.pos++
		p.helpFor(kind)
		return nil
	}
	return p.all(*findKind(kind.Value).args)
}

// helpFor turns "ip link add type vlan help" into "ip link help vlan": ip
// prints the same.
func (p *parser) helpFor(kind Arg) {
	kind.bare = true
	p.cmd.Action, p.cmd.Class, p.cmd.Args = "help", Read, []Arg{kind}
}

// knownKind is a kind that the tables know. ip loads a library for those that
// it does not know itself, and the kernel a module.
type knownKind struct{}

func (v knownKind) read(p *parser, name string) *Refusal { return p.scalar(v, name) }

func (knownKind) canonical(_ *parser, word string) (Arg, string) {
	if findKind(word) != nil {
		return Arg{Kind: Word, Value: word}, ""
	}
	if close := nearest.Word(word, linkKindNames()); close != "" {
		return Arg{}, "a link type that is understood; did you mean \"" + close + "\"?"
	}
	return Arg{}, "a link type that is understood"
}

// kindName is any kind, to look for devices of it.
type kindName struct{}

func (v kindName) read(p *parser, name string) *Refusal { return p.scalar(v, name) }

func (kindName) canonical(_ *parser, word string) (Arg, string) {
	if word[0] == '-' || strings.Trim(word, lower+digits+"_-") != "" {
		return Arg{}, "a link type"
	}
	return Arg{Kind: Word, Value: word}, ""
}
