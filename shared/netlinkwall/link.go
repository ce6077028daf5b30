package netlinkwall

import (
	"fmt"
	"slices"

	"golang.org/x/sys/unix"

	"github.com/chainsaw-cni/chainsaw/shared/nlmsg"
)

// linkAttributes are what `ip link` says and asks about a device in this netns.
// Not among them are those that put it elsewhere (IFLA_NET_NS_PID and _FD,
// IFLA_TARGET_NETNSID), give it a parent elsewhere (IFLA_LINK_NETNSID), or
// configure the virtual functions of hardware.
var linkAttributes = []span{
	{unix.IFLA_ADDRESS, unix.IFLA_LINK}, // broadcast, name and MTU between them
	{unix.IFLA_MASTER, unix.IFLA_MASTER},
	{unix.IFLA_TXQLEN, unix.IFLA_TXQLEN},
	{unix.IFLA_OPERSTATE, unix.IFLA_LINKINFO}, // LINKMODE between them
	{unix.IFLA_IFALIAS, unix.IFLA_IFALIAS},
	{unix.IFLA_AF_SPEC, unix.IFLA_GROUP},
	{unix.IFLA_EXT_MASK, unix.IFLA_EXT_MASK},
	{unix.IFLA_NUM_TX_QUEUES, unix.IFLA_CARRIER}, // NUM_RX_QUEUES between them
	{unix.IFLA_PROTO_DOWN, unix.IFLA_GSO_MAX_SIZE},
	{unix.IFLA_XDP, unix.IFLA_XDP}, // to take a program off
	{unix.IFLA_PROP_LIST, unix.IFLA_ALT_IFNAME},
	{unix.IFLA_PROTO_DOWN_REASON, unix.IFLA_PROTO_DOWN_REASON},
	{unix.IFLA_GRO_MAX_SIZE, unix.IFLA_GRO_MAX_SIZE},
	{unix.IFLA_GSO_IPV4_MAX_SIZE, unix.IFLA_GRO_IPV4_MAX_SIZE},
}

// linkKinds are the kinds of devices whose own attributes name nothing outside
// the netns; a peer's are in pairedKinds.
var linkKinds = [...]string{
	"amt", "bareudp", "batadv", "bond", "bridge", "can", "dummy", "erspan",
	"geneve", "gre", "gretap", "gtp", "hsr", "ifb", "ip6erspan", "ip6gre",
	"ip6gretap", "ip6tnl", "ipip", "ipoib", "ipvlan", "ipvtap", "macsec",
	"macvlan", "macvtap", "nlmon", "sit", "team", "vcan", "vlan", "vrf", "vti",
	"vti6", "vxlan", "wireguard", "xfrm",
}

// pairedKinds have, as their attribute peerInfo, a whole link request for the
// other end.
var pairedKinds = [...]string{"netkit", "veth", "vxcan"}

const peerInfo = 1 // VETH_INFO_PEER, VXCAN_INFO_PEER, IFLA_NETKIT_PEER_INFO

func checkLinkInfo(link []byte) error {
	for kind, value := range nlmsg.Attributes(link) {
		if kind != unix.IFLA_LINKINFO {
			continue
		}
		if err := checkInfo(value); err != nil {
			return fmt.Errorf("its IFLA_LINKINFO: %w", err)
		}
	}
	return nil
}

// checkInfo wants the kind of device once and ahead of its data, as `ip` has
// it. The kernel would take the last of several.
func checkInfo(info []byte) error {
	device := ""
	for kind, value := range nlmsg.Attributes(info) {
		switch kind {
		case unix.IFLA_INFO_KIND:
			if device != "" {
				return fmt.Errorf("kind %q after kind %q", unix.ByteSliceToString(value), device)
			}
			device = unix.ByteSliceToString(value)
		case unix.IFLA_INFO_DATA:
			if err := checkData(device, value); err != nil {
				return err
			}
		case unix.IFLA_INFO_SLAVE_KIND, unix.IFLA_INFO_SLAVE_DATA:
		default:
			return errAttribute(kind)
		}
	}
	return nil
}

func checkData(device string, data []byte) error {
	if slices.Contains(linkKinds[:], device) {
		return nil
	}
	if !slices.Contains(pairedKinds[:], device) {
		return fmt.Errorf("data of kind %q, which is not known", device)
	}
	peer := object{first: unix.RTM_NEWLINK, header: unix.SizeofIfInfomsg, allowed: linkAttributes}
	for kind, value := range nlmsg.Attributes(data) {
		if kind != peerInfo {
			continue
		}
		if err := peer.check(value); err != nil {
			return fmt.Errorf("the peer: %w", err)
		}
	}
	return nil
}
