package result

import (
	"net/netip"
	"slices"

	"github.com/containernetworking/cni/pkg/types"
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

func applyAddresses(ips []*types100.IPConfig, own *int, before, after State) []*types100.IPConfig {
	added := newAddresses(before, after)
	for _, was := range before.addresses {
		if after.holds(was.prefix) {
			continue
		}
		i, exact := findAddress(ips, own, was.prefix)
		if i < 0 {
			continue
		}
		now := slices.IndexFunc(added, func(p netip.Prefix) bool { return p.Addr() == was.prefix.Addr() })
		switch {
		case now >= 0: // it has another prefix length: keep the place and the gateway
			ips[i].Address = ipNet(added[now])
			added = slices.Delete(added, now, now+1)
		case exact || !after.holdsAddr(was.prefix.Addr()):
			ips = slices.Delete(ips, i, i+1)
		}
	}
	for _, p := range added {
		if _, exact := findAddress(ips, own, p); !exact {
			ips = append(ips, &types100.IPConfig{Interface: copyIndex(own), Address: ipNet(p)})
		}
	}
	return ips
}

// newAddresses are those that the commands set, or gave for good.
func newAddresses(before, after State) []netip.Prefix {
	var added []netip.Prefix
	for _, a := range after.addresses {
		if a.static && !slices.Contains(before.addresses, a) {
			added = append(added, a.prefix)
		}
	}
	return added
}

// findAddress returns the entry of the attachment for this prefix, or else one
// for its address: some plugins list another prefix length than they set.
func findAddress(ips []*types100.IPConfig, own *int, p netip.Prefix) (i int, exact bool) {
	found := -1
	for i, entry := range ips {
		if entry == nil || !belongs(entry, own) {
			continue
		}
		switch listed := prefixOf(entry.Address); {
		case listed == p:
			return i, true
		case listed.Addr() == p.Addr() && found < 0:
			found = i
		}
	}
	return found, false
}

// belongs reports whether the entry is the attachment's. Results that name no
// interface, as those of CNI 0.2.0, are about nothing else.
func belongs(entry *types100.IPConfig, own *int) bool {
	return entry.Interface == nil || own != nil && *entry.Interface == *own
}

func copyIndex(i *int) *int {
	if i == nil {
		return nil
	}
	return types100.Int(*i)
}

func gateways(ips []*types100.IPConfig) []netip.Addr {
	var all []netip.Addr
	for _, entry := range ips {
		if entry != nil && entry.Gateway != nil {
			all = append(all, gateway(entry.Gateway, nil))
		}
	}
	return all
}

func applyRoutes(list []*types.Route, gateways []netip.Addr, before, after []route) []*types.Route {
	added := without(after, before)
	find := func(r route) int {
		return slices.IndexFunc(list, func(entry *types.Route) bool { return r.listed(entry, gateways) })
	}
	for _, was := range without(before, after) {
		i := find(was)
		if i < 0 {
			continue
		}
		now := slices.IndexFunc(added, func(r route) bool { return r.dst == was.dst })
		if now < 0 {
			list = slices.Delete(list, i, i+1)
			continue
		}
		added[now].write(list[i], gateways) // replaced: keep the place
		added = slices.Delete(added, now, now+1)
	}
	for _, r := range added {
		if i := find(r); i >= 0 { // listed, and only now installed
			r.write(list[i], gateways)
		} else {
			list = append(list, r.entry())
		}
	}
	return list
}

// without returns the routes of a that are not in b, each once.
func without(a, b []route) []route {
	var rest []route
	for _, r := range a {
		if !slices.Contains(b, r) && !slices.Contains(rest, r) {
			rest = append(rest, r)
		}
	}
	return rest
}
