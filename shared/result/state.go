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

// address is an address of global scope.
type address struct {
	prefix netip.Prefix
	static bool // without a lifetime: somebody set it, no router advertisement did
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

func addressesOf(h *netlink.Handle, link netlink.Link) ([]address, error) {
	// One dump for both families; the kernel does not filter it by link unless
	// asked strictly, and a pod has few addresses.
	list, err := h.AddrList(link, netlink.FAMILY_ALL)
	if err != nil {
		return nil, err
	}
	var all []address
	for _, a := range list {
		if a.Scope != unix.RT_SCOPE_UNIVERSE || a.IPNet == nil {
			continue
		}
		if prefix := prefixOf(*a.IPNet); prefix.IsValid() {
			all = append(all, address{prefix, a.Flags&unix.IFA_F_PERMANENT != 0})
		}
	}
	return all, nil
}

// holds reports whether the prefix is set, by whomever.
func (s State) holds(p netip.Prefix) bool {
	for _, a := range s.addresses {
		if a.prefix == p {
			return true
		}
	}
	return false
}

// holdsAddr reports whether the address is set, with whatever prefix length.
func (s State) holdsAddr(ip netip.Addr) bool {
	for _, a := range s.addresses {
		if a.prefix.Addr() == ip {
			return true
		}
	}
	return false
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
