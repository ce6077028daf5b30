package rtnetlink

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net"

	"golang.org/x/sys/unix"

	"github.com/chainsaw-cni/chainsaw/shared/nlmsg"
)

// Link is a device.
type Link struct {
	Name    string
	Kind    string // as `ip -d link` says it ("veth"); "" for a network card
	Index   int
	Parent  int // the index of the lower device, perhaps one of OtherNetns; 0 without
	Master  int // the index of the bridge or the like that it is a port of; 0 without
	MTU     int
	Address net.HardwareAddr

	Loopback   bool
	OtherNetns bool // parent, underlay or peer is in another netns
}

// ErrNoLink says that there is no such device in the netns.
var ErrNoLink = errors.New("there is no such device")

// Link finds a device by its name or an altname.
func (c *Conn) Link(name string) (Link, error) {
	attribute := uint16(unix.IFLA_IFNAME)
	if len(name) >= unix.IFNAMSIZ {
		attribute = unix.IFLA_ALT_IFNAME
	}
	request := nlmsg.AppendAttribute(linkRequest(0), attribute, append([]byte(name), 0))
	return c.link(request)
}

// LinkByIndex finds a device by its index.
func (c *Conn) LinkByIndex(index int) (Link, error) { return c.link(linkRequest(index)) }

func (c *Conn) link(request []byte) (l Link, err error) {
	found := false
	err = c.ask(unix.RTM_GETLINK, 0, request, func(message []byte) { l, found = parseLink(message) })
	switch {
	case errors.Is(err, unix.ENODEV):
		return Link{}, ErrNoLink
	case err != nil:
		return Link{}, err
	case !found:
		return Link{}, errors.New("the kernel's answer is no device")
	}
	return l, nil
}

// Links lists all devices.
func (c *Conn) Links() ([]Link, error) {
	list, err := dump(c, unix.RTM_GETLINK, linkRequest(0), parseLink)
	if err != nil {
		return nil, fmt.Errorf("listing devices: %w", err)
	}
	return list, nil
}

// linkRequest is a struct ifinfomsg, and asks for no statistics.
func linkRequest(index int) []byte {
	const skipStatistics = 1 << 3 // RTEXT_FILTER_SKIP_STATS
	header := make([]byte, unix.SizeofIfInfomsg, 64)
	binary.NativeEndian.PutUint32(header[4:], uint32(index))
	return nlmsg.AppendAttribute(header, unix.IFLA_EXT_MASK, binary.NativeEndian.AppendUint32(nil, skipStatistics))
}

func parseLink(message []byte) (l Link, ok bool) {
	if len(message) < unix.SizeofIfInfomsg {
		return Link{}, false
	}
	l.Index = number(message[4:8])
	l.Loopback = number(message[8:12])&unix.IFF_LOOPBACK != 0
	for kind, value := range nlmsg.Attributes(message[unix.SizeofIfInfomsg:]) {
		switch kind {
		case unix.IFLA_IFNAME:
			l.Name = unix.ByteSliceToString(value)
		case unix.IFLA_ADDRESS:
			l.Address = append(net.HardwareAddr(nil), value...)
		case unix.IFLA_MTU:
			l.MTU = number(value)
		case unix.IFLA_LINK:
			l.Parent = number(value)
		case unix.IFLA_MASTER:
			l.Master = number(value)
		case unix.IFLA_LINK_NETNSID:
			l.OtherNetns = true
		case unix.IFLA_LINKINFO:
			l.Kind = kindOf(value)
		}
	}
	return l, true
}

func kindOf(info []byte) string {
	for kind, value := range nlmsg.Attributes(info) {
		if kind == unix.IFLA_INFO_KIND {
			return unix.ByteSliceToString(value)
		}
	}
	return ""
}

// number is a 32-bit value; 0 when it is shorter.
func number(value []byte) int {
	if len(value) < 4 {
		return 0
	}
	return int(binary.NativeEndian.Uint32(value))
}
