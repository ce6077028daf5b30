package device

import (
	"iter"
	"strings"

	"github.com/chainsaw-cni/chainsaw/shared/ipcmd"
	"github.com/chainsaw-cni/chainsaw/shared/rtnetlink"
)

// effect is a form of a command that does to a device what an item is about.
type effect struct {
	object  string
	actions string // "add|delete"
	arg     string // the argument that does it; "" for the action itself
	device  string // the argument that names the device
	item    Item
	unless  exception // nil: without exception
}

// An exception is a state in which the command does nothing of the kind to dev.
type exception func(g *Guard, dev rtnetlink.Link, c ipcmd.Command) (bool, error)

// effects has no "link add" for a device that exists: the kernel refuses to
// add it again, and to replace it.
var effects = [...]effect{
	{"link", "set", "name", "dev", AttachedRename, nil},
	{"link", "set", "alias", "dev", AttachedAlias, nil},
	{"link property", "add|delete", "altname", "dev", AttachedAlias, nil},

	{"link", "delete", "", "dev", AttachedDelete, nil},
	{"tunnel", "delete", "", "name", AttachedDelete, nil},
	{"tuntap", "delete", "", "dev", AttachedDelete, nil},

	{"link", "set", "master", "dev", AttachedEnslave, nil},
	{"link", "set", "vrf", "dev", AttachedEnslave, nil},
	{"link", "set", "nomaster", "dev", AttachedEnslave, hasNoMaster},

	// A bridge makes its ports promiscuous. A bond or a team gives them its
	// address as well, and hands its own promiscuity down.
	{"link", "set", "master", "dev", HostBackedPromisc, masterIsVRF},
	{"link", "set", "master", "dev", HostBackedAddress, masterIsVRFOrBridge},

	// An hsr takes its ports when it is made, and makes them promiscuous.
	{"link", "add|replace|set", "slave1", "slave1", AttachedEnslave, nil},
	{"link", "add|replace|set", "slave1", "slave1", HostBackedPromisc, nil},
	{"link", "add|replace|set", "slave2", "slave2", AttachedEnslave, nil},
	{"link", "add|replace|set", "slave2", "slave2", HostBackedPromisc, nil},
	{"link", "add|replace|set", "interlink", "interlink", AttachedEnslave, nil},
	{"link", "add|replace|set", "interlink", "interlink", HostBackedPromisc, nil},

	{"link", "add|replace|set", "link", "link", HostBackedParent, nil},
	// What is made on top may be a port, or hear everything, from the start.
	{"link", "add|replace", "link", "link", AttachedEnslave, isMadeNoPort},
	{"link", "add|replace", "link", "link", HostBackedPromisc, isMadeNotPromisc},
	{"link", "add|replace", "link", "link", HostBackedAllmulticast, isMadeNotAllmulticast},

	{"link", "set", "address", "dev", HostBackedAddress, nil},
	{"link", "set", "promisc", "dev", HostBackedPromisc, nil},
	{"link", "set", "allmulticast", "dev", HostBackedAllmulticast, nil},
	{"maddress", "add|delete", "", "dev", HostBackedMaddr, nil},

	{"link", "set", "type", "dev", HostBackedType, nil},
	{"macsec", "add|set|delete|offload", "", "dev", HostBackedType, nil},
	{"tunnel", "change", "", "name", HostBackedType, nil},
	{"tunnel", "prl|6rd", "", "dev", HostBackedType, nil},
}

func (e *effect) of(c ipcmd.Command) bool {
	if c.Object != e.object || e.arg != "" && !c.Has(e.arg) {
		return false
	}
	for action := range strings.SplitSeq(e.actions, "|") {
		if action == c.Action {
			return true
		}
	}
	return false
}

// devices yields the devices that the effect is on. A dev after the type is one
// of its options, such as the underlay of a vxlan.
func (e *effect) devices(c ipcmd.Command) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, a := range c.Args {
			if a.Name == "type" && e.device == "dev" || a.Name == e.device && !yield(a.Value) {
				return
			}
		}
	}
}

func hasNoMaster(_ *Guard, dev rtnetlink.Link, _ ipcmd.Command) (bool, error) {
	return dev.Master == 0, nil
}

// A VRF only chooses the routing table of its ports.
func masterIsVRF(g *Guard, _ rtnetlink.Link, c ipcmd.Command) (bool, error) {
	return g.masterIs(c, "vrf")
}

func masterIsVRFOrBridge(g *Guard, _ rtnetlink.Link, c ipcmd.Command) (bool, error) {
	return g.masterIs(c, "vrf", "bridge")
}

func isMadeNoPort(_ *Guard, _ rtnetlink.Link, c ipcmd.Command) (bool, error) {
	return !c.Has("master") && !c.Has("vrf"), nil
}

func isMadeNotPromisc(_ *Guard, _ rtnetlink.Link, c ipcmd.Command) (bool, error) {
	return !c.Has("promisc") && !c.Has("master"), nil
}

func isMadeNotAllmulticast(_ *Guard, _ rtnetlink.Link, c ipcmd.Command) (bool, error) {
	return !c.Has("allmulticast"), nil
}
