package result

import (
	"errors"
	"fmt"
	"net"
	"net/netip"

	"github.com/chainsaw-cni/chainsaw/shared/rtnetlink"
)

// State is what of an attachment the CNI result tells. The zero State is that
// of an interface that is not there.
type State struct {
	mac       string
	mtu       int
	addresses []address // of global scope
	routes    []route
}

// Observe looks at the interface in the netns of c. An interface that is not
// there is no error.
func Observe(c *rtnetlink.Conn, ifname string) (State, error) {
	s, err := observe(c, ifname)
	if err != nil {
		return State{}, fmt.Errorf("observing the interface %s: %w", ifname, err)
	}
	return s, nil
}

func observe(c *rtnetlink.Conn, ifname string) (State, error) {
	link, err := c.Link(ifname)
	if errors.Is(err, rtnetlink.ErrNoLink) {
		return State{}, nil
	}
	if err != nil {
		return State{}, err
	}
	addresses, err := c.Addresses()
	if err != nil {
		return State{}, err
	}
	routes, err := c.Routes()
	if err != nil {
		return State{}, err
	}
	return State{
		mac:       link.Address.String(),
		mtu:       link.MTU,
		addresses: addressesOf(addresses, link.Index),
		routes:    routesOf(routes, link.Index),
	}, nil
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

// addrOf is the zero Addr for what is no address.
func addrOf(ip net.IP) netip.Addr {
	a, _ := netip.AddrFromSlice(ip)
	return a.Unmap()
}

func ipNet(p netip.Prefix) net.IPNet {
	return net.IPNet{IP: p.Addr().AsSlice(), Mask: net.CIDRMask(p.Bits(), p.Addr().BitLen())}
}
