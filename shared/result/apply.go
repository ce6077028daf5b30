package result

import (
	"net/netip"
	"slices"

	types100 "github.com/containernetworking/cni/pkg/types/100"
)

// Apply returns a copy of prev in which the interface ifname is told as it is
// after the commands. With keepIPs, meant for the pod's default network, the
// ips stay: no command chooses the pod's own address.
func Apply(prev *types100.Result, before, after State, ifname string, keepIPs bool) *types100.Result {
	out := &types100.Result{
		CNIVersion: prev.CNIVersion,
		Interfaces: copies(prev.Interfaces),
		IPs:        copies(prev.IPs),
		Routes:     copies(prev.Routes),
		DNS:        *prev.DNS.Copy(),
	}
	own := ownInterface(out.Interfaces, ifname)
	if own != nil {
		applyLink(out.Interfaces[*own], before, after)
	}
	if !keepIPs {
		out.IPs = applyAddresses(out.IPs, own, before, after)
	}
	out.Routes = applyRoutes(out.Routes, gateways(prev.IPs), before.routes, after.routes)
	return out
}

func copies[T interface{ Copy() T }](list []T) []T {
	list = slices.Clone(list)
	for i, item := range list {
		list[i] = item.Copy()
	}
	return list
}

// ownInterface is the index of the attachment's interface. An entry without a
// sandbox is one of the host, perhaps of the same name.
func ownInterface(list []*types100.Interface, ifname string) *int {
	i := slices.IndexFunc(list, func(entry *types100.Interface) bool {
		return entry != nil && entry.Name == ifname && entry.Sandbox != ""
	})
	if i < 0 {
		return nil
	}
	return &i
}

func applyLink(entry *types100.Interface, before, after State) {
	if after.mac != before.mac && after.mac != "" {
		entry.Mac = after.mac
	}
	if after.mtu != before.mtu && after.mtu != 0 {
		entry.Mtu = after.mtu
	}
}

func gateways(ips []*types100.IPConfig) []netip.Addr {
	var all []netip.Addr
	for _, entry := range ips {
		if entry != nil && entry.Gateway != nil {
			all = append(all, addrOf(entry.Gateway))
		}
	}
	return all
}
