package device

import (
	"github.com/chainsaw-cni/chainsaw/shared/rtnetlink"
)

// wire says where the frames of a kind of device go.
type wire int

const (
	// unknown is every kind that the table does not have, and those of which
	// the kernel did not always tell where their lower device is: of a macvtap
	// since 2022, of an ipvtap never. A wireguard device sends from the netns in
	// which it was made, and nothing tells which. What has no kind is a network
	// card.
	unknown  wire = iota
	parent        // through a lower device, and the kernel tells in which netns
	underlay      // as packets of a netns, and the kernel tells which
	ports         // through the devices that have it as their master
	none          // to a peer that has no hardware, or nowhere
)

var kinds = [...]struct {
	name string
	wire wire
}{
	{"bond", ports},
	{"bridge", ports},
	{"dummy", none},
	{"erspan", underlay},
	{"geneve", underlay},
	{"gre", underlay},
	{"gretap", underlay},
	{"ifb", none},
	{"ip6erspan", underlay},
	{"ip6gre", underlay},
	{"ip6gretap", underlay},
	{"ip6tnl", underlay},
	{"ipip", underlay},
	{"macsec", parent},
	{"netkit", none},
	{"sit", underlay},
	{"team", ports},
	{"tun", none},
	{"veth", none},
	{"vlan", parent},
	{"vrf", none},
	{"vti", underlay},
	{"vti6", underlay},
	{"vxcan", none},
	{"vxlan", underlay},
	{"xfrm", underlay},
}

func wireOf(dev rtnetlink.Link) wire {
	for _, k := range kinds {
		if k.name == dev.Kind {
			return k.wire
		}
	}
	return unknown
}

// reachesHost reports whether the device by itself is host-backed. What was
// made here has its other half here, unless the kernel says otherwise: package
// ipcmd refuses all words that could make it elsewhere.
func (g *Guard) reachesHost(dev rtnetlink.Link) bool {
	switch w := wireOf(dev); {
	case w == none || w == ports:
		return false
	case dev.OtherNetns:
		return true
	case w == unknown:
		return g.isAttached(dev) && !dev.Loopback
	}
	return false
}
