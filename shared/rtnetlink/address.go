package rtnetlink

import (
	"fmt"
	"net/netip"

	"golang.org/x/sys/unix"

	"github.com/chainsaw-cni/chainsaw/shared/nlmsg"
)

// Address is an IP address of a device.
type Address struct {
	Link      int          // index of the device
	Prefix    netip.Prefix // with the bits of the host
	Scope     uint8        // RT_SCOPE_UNIVERSE ...
	Permanent bool         // without a lifetime
}

// Addresses lists the IPv4 and IPv6 addresses of all devices: a pod has few, and
// kernels before 4.20 know no filter.
func (c *Conn) Addresses() ([]Address, error) {
	list, err := dump(c, unix.RTM_GETADDR, make([]byte, unix.SizeofIfAddrmsg), parseAddress)
	if err != nil {
		return nil, fmt.Errorf("listing addresses: %w", err)
	}
	return list, nil
}

// parseAddress follows `ip address`: what IFA_ADDRESS has is the peer's where
// IFA_LOCAL says something else, and the prefix length is the peer's then.
func parseAddress(message []byte) (a Address, ok bool) {
	if len(message) < unix.SizeofIfAddrmsg {
		return Address{}, false
	}
	bits, flags := int(message[1]), int(message[2])
	a.Scope, a.Link = message[3], number(message[4:8])
	var local, address netip.Addr
	for kind, value := range nlmsg.Attributes(message[unix.SizeofIfAddrmsg:]) {
		switch kind {
		case unix.IFA_LOCAL:
			local, _ = netip.AddrFromSlice(value)
		case unix.IFA_ADDRESS:
			address, _ = netip.AddrFromSlice(value)
		case unix.IFA_FLAGS: // all of them; the header has eight
			flags = number(value)
		}
	}
	a.Permanent = flags&unix.IFA_F_PERMANENT != 0
	if local.IsValid() && local != address {
		address, bits = local, local.BitLen()
	}
	a.Prefix = netip.PrefixFrom(address, bits)
	return a, a.Prefix.IsValid()
}
