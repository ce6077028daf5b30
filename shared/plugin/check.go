package plugin

import (
	"errors"
	"fmt"

	"github.com/containernetworking/cni/pkg/skel"
	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/chainsaw-cni/chainsaw/shared/cage"
	"github.com/chainsaw-cni/chainsaw/shared/cnierror"
	"github.com/chainsaw-cni/chainsaw/shared/ipbinary"
	"github.com/chainsaw-cni/chainsaw/shared/netconf"
	"github.com/chainsaw-cni/chainsaw/shared/podnetns"
)

// check makes sure of what the plugin can know without running anything: that
// the attachment is still there.
func (p *plugin) check(args *skel.CmdArgs) error {
	config, err := netconf.Decode(args.StdinData, p.variant)
	if err != nil {
		return err
	}
	if config.PrevResult == nil {
		return netconf.ErrAlone
	}
	netns, err := openNetNS(args.Netns)
	if err != nil {
		return err
	}
	defer netns.Close()
	handle, err := openNetlink(netns, args.IfName)
	if err != nil {
		return err
	}
	handle.Close()
	return nil
}

// status fails only when no command could run here. That chainsawd or the API
// server is away is no such case: a runtime that sees STATUS fail starts no
// pods, chainsawd's among them.
func (p *plugin) status(*skel.CmdArgs) error {
	if _, err := ipbinary.Find(); err != nil {
		return cnierror.New(cnierror.NotAvailable, "%w", err)
	}
	if err := cage.Check(); err != nil {
		return cnierror.New(cnierror.NotAvailable, "the cage cannot be built on this node: %w", err)
	}
	return nil
}

// openNetlink opens a netlink handle in the netns and makes sure that the
// attachment's interface is there.
func openNetlink(netns *podnetns.NetNS, ifname string) (*netlink.Handle, error) {
	handle, err := netlink.NewHandleAt(netns.Handle(), unix.NETLINK_ROUTE)
	if err != nil {
		return nil, fmt.Errorf("opening netlink in the netns: %w", err)
	}
	if _, err := handle.LinkByName(ifname); err != nil {
		handle.Close()
		return nil, cnierror.New(cnierror.BadEnvironment, "looking for the interface %s in the netns %s: %w", ifname, netns.Path(), err)
	}
	return handle, nil
}

func openNetNS(path string) (*podnetns.NetNS, error) {
	netns, err := podnetns.Open(path)
	switch {
	case errors.Is(err, podnetns.ErrOwn):
		return nil, cnierror.New(cnierror.OwnNetns, "%w", err)
	case err != nil:
		return nil, cnierror.New(cnierror.BadEnvironment, "%w", err)
	}
	return netns, nil
}
