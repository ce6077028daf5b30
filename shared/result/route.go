package result

import (
	"net/netip"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// route is a route in the terms that a CNI result has for it. A route with
// several next hops is several of these.
type route struct {
	dst      netip.Prefix
	gw       netip.Addr // invalid: on the link
	mtu      int
	advMSS   int
	priority int // 0: the kernel's default
	scope    int
}

// defaultPriority6 is the metric that the kernel gives an IPv6 route without
// one; an IPv4 route then has 0.
const defaultPriority6 = 1024

// routesOf returns the routes of the main table that leave by the link and
// that somebody set.
func routesOf(h *netlink.Handle, link netlink.Link) ([]route, error) {
	// One dump for all families. Without a table in the filter this is the main
	// table. No filter by link: it would pass over routes with several next hops.
	list, err := h.RouteListFiltered(netlink.FAMILY_ALL, &netlink.Route{}, 0)
	if err != nil {
		return nil, err
	}
	var all []route
	for _, r := range list {
		if isIP(r) && wasSet(r) {
			all = appendHops(all, r, link.Attrs().Index)
		}
	}
	return all, nil
}

// isIP leaves out MPLS, and the routes of multicast routing.
func isIP(r netlink.Route) bool {
	return r.Family == netlink.FAMILY_V4 || r.Family == netlink.FAMILY_V6
}

// wasSet tells a route that somebody set from one that the kernel made of an
// address, a redirect or a router advertisement. Types other than unicast
// (blackhole, local ...) leave by no device of the pod.
func wasSet(r netlink.Route) bool {
	switch r.Protocol {
	case unix.RTPROT_REDIRECT, unix.RTPROT_KERNEL, unix.RTPROT_RA:
		return false
	}
	return r.Type == unix.RTN_UNICAST && r.Dst != nil
}

func appendHops(all []route, r netlink.Route, index int) []route {
	if r.LinkIndex == index {
		all = append(all, newRoute(r, gateway(r.Gw, r.Via)))
	}
	for _, hop := range r.MultiPath {
		if hop.LinkIndex == index {
			all = append(all, newRoute(r, gateway(hop.Gw, hop.Via)))
		}
	}
	return all
}

// gateway also takes `via inet6`, the gateway of another family.
func gateway(gw []byte, via netlink.Destination) netip.Addr {
	if v, ok := via.(*netlink.Via); ok {
		gw = v.Addr
	}
	ip, _ := netip.AddrFromSlice(gw)
	return ip.Unmap()
}

func newRoute(r netlink.Route, gw netip.Addr) route {
	dst := prefixOf(*r.Dst)
	return route{
		dst: dst, gw: gw, mtu: r.MTU, advMSS: r.AdvMSS,
		priority: priority(dst, r.Priority), scope: int(r.Scope),
	}
}

func priority(dst netip.Prefix, p int) int {
	if dst.Addr().Is6() && p == defaultPriority6 {
		return 0
	}
	return p
}
