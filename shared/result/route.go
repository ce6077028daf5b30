package result

import (
	"net/netip"

	"golang.org/x/sys/unix"

	"github.com/chainsaw-cni/chainsaw/shared/rtnetlink"
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
func routesOf(list []rtnetlink.Route, link int) (all []route) {
	for _, r := range list {
		if r.Table != unix.RT_TABLE_MAIN || !wasSet(r) {
			continue
		}
		for _, hop := range r.Hops {
			if hop.Link == link {
				all = append(all, newRoute(r, hop))
			}
		}
	}
	return all
}

// wasSet tells a route that somebody set from one that the kernel made of an
// address, a redirect or a router advertisement. Types other than unicast
// (blackhole, local ...) leave by no device of the pod.
func wasSet(r rtnetlink.Route) bool {
	switch r.Protocol {
	case unix.RTPROT_REDIRECT, unix.RTPROT_KERNEL, unix.RTPROT_RA:
		return false
	}
	return r.Type == unix.RTN_UNICAST
}

func newRoute(r rtnetlink.Route, hop rtnetlink.Hop) route {
	return route{
		dst: r.Dst, gw: hop.Gateway.Unmap(), mtu: r.MTU, advMSS: r.AdvMSS,
		priority: priority(r.Dst, r.Priority), scope: int(r.Scope),
	}
}

func priority(dst netip.Prefix, p int) int {
	if dst.Addr().Is6() && p == defaultPriority6 {
		return 0
	}
	return p
}
