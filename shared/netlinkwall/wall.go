package netlinkwall

import (
	"encoding/binary"
	"fmt"

	"golang.org/x/sys/unix"
)

// Wall judges the datagrams of one command, in the order in which it sends
// them. The zero value allows reads and changes.
type Wall struct {
	ReadOnly bool

	family *family // the generic netlink family that was asked for last
}

// message is a netlink message without its header.
type message struct {
	kind    uint16
	payload []byte
}

// Check returns nil if the kernel may have what is about to be sent to a
// netlink socket of the protocol (unix.NETLINK_ROUTE), or why not.
func (w *Wall) Check(protocol int, datagram []byte) error {
	check := w.checkRoute
	switch protocol {
	case unix.NETLINK_ROUTE:
	case unix.NETLINK_XFRM:
		check = w.checkXfrm
	case unix.NETLINK_GENERIC:
		check = w.checkGeneric
	default:
		return fmt.Errorf("netlink protocol %d is not for ip", protocol)
	}
	for {
		m, rest, ok := next(datagram)
		if !ok {
			return nil
		}
		if err := check(m); err != nil {
			return err
		}
		datagram = rest
	}
}

// next cuts off the first message. As to the kernel, what has an impossible
// length is no message, and nothing behind it is: `ip` sends whole buffers.
func next(b []byte) (m message, rest []byte, ok bool) {
	if len(b) < unix.SizeofNlMsghdr {
		return message{}, nil, false
	}
	length := uint64(binary.NativeEndian.Uint32(b))
	if length < unix.SizeofNlMsghdr || length > uint64(len(b)) {
		return message{}, nil, false
	}
	m = message{kind: binary.NativeEndian.Uint16(b[4:]), payload: b[unix.SizeofNlMsghdr:length]}
	return m, b[min(align(int(length)), len(b)):], true
}

// align is NLMSG_ALIGN and NLA_ALIGN.
func align(n int) int { return (n + 3) &^ 3 }
