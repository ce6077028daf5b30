package netlinkwall

import (
	"fmt"

	"golang.org/x/sys/unix"

	"github.com/chainsaw-cni/chainsaw/shared/nlmsg"
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
	// `ip` sends whole buffers: what is behind the last message is none.
	for header, payload := range nlmsg.Messages(datagram) {
		if err := check(message{header.Kind, payload}); err != nil {
			return err
		}
	}
	return nil
}
