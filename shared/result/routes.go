package result

import (
	"net/netip"
	"slices"

	"github.com/containernetworking/cni/pkg/types"
	"golang.org/x/sys/unix"
)

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
		switch {
		case now >= 0: // it was replaced: keep the place
			added[now].write(list[i], gateways)
			added = slices.Delete(added, now, now+1)
		case !slices.ContainsFunc(after, func(r route) bool { return r.listed(list[i], gateways) }):
			list = slices.Delete(list, i, i+1)
		}
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

// without returns the routes of a that are not in b.
func without(a, b []route) []route {
	return slices.DeleteFunc(slices.Clone(a), func(r route) bool { return slices.Contains(b, r) })
}

// listed reports whether a result's entry is this route. The spec lets an entry
// leave out the gateway when it is that of the ips.
func (r route) listed(entry *types.Route, gateways []netip.Addr) bool {
	if entry == nil || entry.Table != nil && *entry.Table != unix.RT_TABLE_UNSPEC && *entry.Table != unix.RT_TABLE_MAIN {
		return false
	}
	if prefixOf(entry.Dst).Masked() != r.dst || priority(r.dst, entry.Priority) != r.priority {
		return false
	}
	gw := addrOf(entry.GW)
	return gw == r.gw || !gw.IsValid() && slices.Contains(gateways, r.gw)
}

// entry is the route as a result lists it. The main table needs no mention.
func (r route) entry() *types.Route {
	e := &types.Route{Dst: ipNet(r.dst)}
	r.write(e, nil)
	return e
}

// write updates an entry for the same destination.
func (r route) write(e *types.Route, gateways []netip.Addr) {
	if e.GW != nil || !slices.Contains(gateways, r.gw) {
		e.GW = r.gw.AsSlice()
	}
	e.MTU, e.AdvMSS = r.mtu, r.advMSS
	if priority(r.dst, e.Priority) != r.priority {
		e.Priority = r.priority
	}
	// Without its scope, a route on the link would read as one through the
	// gateway of the ips.
	if e.Scope != nil || r.scope != unix.RT_SCOPE_UNIVERSE {
		e.Scope = &r.scope
	}
}
