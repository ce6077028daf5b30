package rtnetlink

import (
	"encoding/binary"
	"fmt"
	"net/netip"

	"golang.org/x/sys/unix"

	"github.com/chainsaw-cni/chainsaw/shared/nlmsg"
)

// Route is an IP route.
type Route struct {
	Dst             netip.Prefix
	Table, Priority int
	MTU, AdvMSS     int   // 0 when not set
	Scope           uint8 // RT_SCOPE_UNIVERSE ...
	Protocol        uint8 // RTPROT_KERNEL ...
	Type            uint8 // RTN_UNICAST ...
	Hops            []Hop // none for a blackhole
}

// Hop is where a route sends to.
type Hop struct {
	Link    int        // index of the device
	Gateway netip.Addr // perhaps of the other family; invalid: on the link
}

// Routes lists the IPv4 and IPv6 routes of all tables.
func (c *Conn) Routes() ([]Route, error) {
	list, err := dump(c, unix.RTM_GETROUTE, make([]byte, unix.SizeofRtMsg), parseRoute)
	if err != nil {
		return nil, fmt.Errorf("listing routes: %w", err)
	}
	return list, nil
}

// parseRoute passes over what is no IP route (MPLS, multicast routing), and over
// what the kernel remembers of single destinations.
func parseRoute(message []byte) (r Route, ok bool) {
	if len(message) < unix.SizeofRtMsg {
		return Route{}, false
	}
	dst := unspecified(message[0])
	cached := number(message[8:12])&unix.RTM_F_CLONED != 0
	if !dst.IsValid() || cached {
		return Route{}, false
	}
	bits := int(message[1])
	r = Route{Table: int(message[4]), Protocol: message[5], Scope: message[6], Type: message[7]}
	var hop Hop
	for kind, value := range nlmsg.Attributes(message[unix.SizeofRtMsg:]) {
		switch kind {
		case unix.RTA_DST:
			dst, _ = netip.AddrFromSlice(value)
		case unix.RTA_TABLE: // the header has room for 255
			r.Table = number(value)
		case unix.RTA_PRIORITY:
			r.Priority = number(value)
		case unix.RTA_METRICS:
			r.MTU, r.AdvMSS = metrics(value)
		case unix.RTA_MULTIPATH:
			r.Hops = append(r.Hops, hops(value)...)
		default:
			hop.add(kind, value)
		}
	}
	if hop.Link != 0 {
		r.Hops = append(r.Hops, hop)
	}
	r.Dst = netip.PrefixFrom(dst, bits)
	return r, r.Dst.IsValid()
}

// unspecified is the address of the default route, which the kernel leaves out; it
// is invalid for what is no IP.
func unspecified(family byte) netip.Addr {
	switch family {
	case unix.AF_INET:
		return netip.IPv4Unspecified()
	case unix.AF_INET6:
		return netip.IPv6Unspecified()
	}
	return netip.Addr{}
}

func (h *Hop) add(kind uint16, value []byte) {
	switch kind {
	case unix.RTA_OIF:
		h.Link = number(value)
	case unix.RTA_GATEWAY:
		h.Gateway, _ = netip.AddrFromSlice(value)
	case unix.RTA_VIA: // struct rtvia: the family ahead of the address
		if len(value) > 2 {
			h.Gateway, _ = netip.AddrFromSlice(value[2:])
		}
	}
}

// hops reads an array of struct rtnexthop, each with attributes.
func hops(b []byte) (list []Hop) {
	for len(b) >= unix.SizeofRtNexthop {
		length := int(binary.NativeEndian.Uint16(b))
		if length < unix.SizeofRtNexthop || length > len(b) {
			break
		}
		hop := Hop{Link: number(b[4:8])}
		for kind, value := range nlmsg.Attributes(b[unix.SizeofRtNexthop:length]) {
			hop.add(kind, value)
		}
		list = append(list, hop)
		b = b[min(nlmsg.Align(length), len(b)):]
	}
	return list
}

func metrics(b []byte) (mtu, advMSS int) {
	for kind, value := range nlmsg.Attributes(b) {
		switch kind {
		case unix.RTAX_MTU:
			mtu = number(value)
		case unix.RTAX_ADVMSS:
			advMSS = number(value)
		}
	}
	return mtu, advMSS
}
