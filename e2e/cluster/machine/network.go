package machine

import (
	"errors"
	"fmt"
	"net"
	"os"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netns"
)

// NodeName is the name of the only node.
const NodeName = "node1"

var (
	nodeIP = net.IPv4(172, 31, 255, 1)
	// apiIP is the first address of the Services, which is that of the API
	// server's: it lives on the loopback, and no kube-proxy is needed.
	apiIP = net.IPv4(10, 96, 0, 1)
)

const serviceCIDR = "10.96.0.0/24"

// makeNetwork gives the node an address on a veth whose other end leads
// nowhere, which every kernel can make.
func makeNetwork() error {
	own, err := netns.Get()
	if err != nil {
		return err
	}
	defer own.Close()
	node, err := netlink.NewHandleAt(own)
	if err != nil {
		return err
	}
	defer node.Close()
	loopback, err := node.LinkByName("lo")
	if err != nil {
		return err
	}
	link := &netlink.Veth{LinkAttrs: netlink.LinkAttrs{Name: "node0"}, PeerName: "nowhere"}
	if err := node.LinkAdd(link); err != nil {
		return fmt.Errorf("a veth: %w", err)
	}
	peer, err := node.LinkByName("nowhere")
	if err != nil {
		return err
	}
	return errors.Join(
		node.LinkSetUp(loopback), node.LinkSetUp(link), node.LinkSetUp(peer),
		node.AddrAdd(loopback, address(apiIP, 32)),
		node.AddrAdd(link, address(nodeIP, 30)),
		os.WriteFile("/proc/sys/net/ipv4/ip_forward", []byte("1"), 0),
	)
}

func address(ip net.IP, bits int) *netlink.Addr {
	return &netlink.Addr{IPNet: &net.IPNet{IP: ip, Mask: net.CIDRMask(bits, 32)}}
}
