package result

import (
	"errors"
	"fmt"
	"net"
	"net/netip"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// State is what of an attachment the CNI result tells. The zero State is that
// of an interface that is not there.
type State struct {
	mac       string
	mtu       int
	addresses []address // of global scope
	routes    []route
}

// Observe looks at the interface in the netns of h. An interface that is not
// there is no error.
func Observe(h *netlink.Handle, ifname string) (State, error) {
	if !h.SupportsNetlinkFamily(unix.NETLINK_ROUTE) {
		// The library would silently ask in the netns of the thread.
		return State{}, fmt.Errorf("observing the interface %s: the netlink handle has no route socket", ifname)
	}
	s, err := retry(func() (State, error) { return observe(h, ifname) })
	if err != nil {
		return State{}, fmt.Errorf("observing the interface %s: %w", ifname, err)
	}
	return s, nil
}

// retry looks again when something changed during a dump, a few times.
func retry(look func() (State, error)) (s State, err error) {
	for range 5 {
		if s, err = look(); !errors.Is(err, netlink.ErrDumpInterrupted) {
			break
		}
	}
	return s, err
}

func observe(h *netlink.Handle, ifname string) (State, error) {
	link, err := h.LinkByName(ifname)
	if _, missing := errors.AsType[netlink.LinkNotFoundError](err); missing {
		return State{}, nil
	}
	if err != nil {
		return State{}, err
	}
	s := State{mac: link.Attrs().HardwareAddr.String(), mtu: link.Attrs().MTU}
	if s.addresses, err = addressesOf(h, link); err != nil {
		return State{}, fmt.Errorf("listing addresses: %w", err)
	}
	if s.routes, err = routesOf(h, link); err != nil {
		return State{}, fmt.Errorf("listing routes: %w", err)
	}
	return s, nil
}

// prefixOf keeps the bits of the host. What is no IPv4 or IPv6 prefix gives an
// invalid one.
func prefixOf(n net.IPNet) netip.Prefix {
	ip, _ := netip.AddrFromSlice(n.IP)
	ones, bits := n.Mask.Size()
	if bits == 32 {
		ip = ip.Unmap()
	}
	if bits != ip.BitLen() {
		return netip.Prefix{}
	}
	return netip.PrefixFrom(ip, ones)
}

func ipNet(p netip.Prefix) net.IPNet {
	return net.IPNet{IP: p.Addr().AsSlice(), Mask: net.CIDRMask(p.Bits(), p.Addr().BitLen())}
}
