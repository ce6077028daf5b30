package plugin

import (
	"errors"

	"github.com/containernetworking/cni/pkg/skel"

	"github.com/chainsaw-cni/chainsaw/shared/cage"
	"github.com/chainsaw-cni/chainsaw/shared/cnierror"
	"github.com/chainsaw-cni/chainsaw/shared/ipbinary"
	"github.com/chainsaw-cni/chainsaw/shared/netconf"
	"github.com/chainsaw-cni/chainsaw/shared/podnetns"
	"github.com/chainsaw-cni/chainsaw/shared/rtnetlink"
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
	conn, err := connect(netns, args.IfName)
	if err != nil {
		return err
	}
	return conn.Close()
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

// connect opens rtnetlink in the netns and makes sure that the attachment's
// interface is there.
func connect(netns *podnetns.NetNS, ifname string) (*rtnetlink.Conn, error) {
	conn, err := rtnetlink.Open(netns.FD())
	if err != nil {
		return nil, err
	}
	if _, err := conn.Link(ifname); err != nil {
		conn.Close()
		return nil, cnierror.New(cnierror.BadEnvironment, "looking for the interface %s in the netns %s: %w", ifname, netns.Path(), err)
	}
	return conn, nil
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
