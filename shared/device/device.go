// Package device refuses commands for what their devices are, which words
// cannot tell: a device in the pod's netns may have its parent, its underlay or
// its hardware on the host, and the kernel lets CAP_NET_ADMIN of the pod reach
// through it. And other plugins rely on the names of the devices that they gave
// to the pod.
//
// It does not judge words, addresses or routes: package ipcmd knows the words,
// and the rules of a network are judged elsewhere.
package device

import (
	"errors"
	"fmt"
	"slices"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/chainsaw-cni/chainsaw/shared/ipcmd"
)

// Guard checks commands against the devices of one netns.
type Guard struct {
	h         *netlink.Handle
	permitted []Item
	attached  []int // ifindexes of the devices that came with the attachment
}

// NewGuard looks which devices are in the netns of h before the first command.
// The handle needs a socket for NETLINK_ROUTE, and must stay open: without one
// the library would silently ask in the netns of the thread.
func NewGuard(h *netlink.Handle, permitted []Item) (*Guard, error) {
	if !h.SupportsNetlinkFamily(unix.NETLINK_ROUTE) {
		return nil, errors.New("listing the devices of the attachment: the netlink handle has no route socket")
	}
	links, err := listLinks(h)
	if err != nil {
		return nil, fmt.Errorf("listing the devices of the attachment: %w", err)
	}
	g := &Guard{h: h, permitted: permitted}
	for _, l := range links {
		g.attached = append(g.attached, l.Attrs().Index)
	}
	return g, nil
}

// Check refuses a command with a [*Violation] for what its devices are at this
// moment, so call it just before the command runs. A device that is not there
// passes: ip says so itself. A nil Guard passes reads.
func (g *Guard) Check(c ipcmd.Command) error {
	if c.Class == ipcmd.Read {
		return nil
	}
	if v := checkQueues(c); v != nil {
		return v
	}
	for i := range effects {
		e := &effects[i]
		if !e.of(c) || slices.Contains(g.permitted, e.item) {
			continue
		}
		if err := g.check(e, c); err != nil {
			return err
		}
	}
	return nil
}

func (g *Guard) check(e *effect, c ipcmd.Command) error {
	named := false
	for name := range e.devices(c) {
		named = true
		if err := g.checkDevice(name, e, c); err != nil {
			return err
		}
	}
	if !named { // "ip tunnel delete" can find one by its addresses
		return &Violation{Text: fmt.Sprintf("\"ip %s %s\" may only be run on a device that it names", c.Object, c.Action)}
	}
	return nil
}

func (g *Guard) checkDevice(name string, e *effect, c ipcmd.Command) error {
	dev, err := g.lookup(name)
	if dev == nil || err != nil {
		return err
	}
	if e.unless != nil {
		if excepted, err := e.unless(g, dev, c); excepted || err != nil {
			return err
		}
	}
	stack, err := g.stack(dev)
	if err != nil {
		return err
	}
	for _, below := range stack {
		if g.within(e.item.facts().scope, dev, below) {
			return newViolation(e.item, dev, below)
		}
	}
	return nil
}

// within reports whether dev is in the scope because of what below is: dev
// itself, or a device that dev is on top of.
func (g *Guard) within(s scope, dev, below netlink.Link) bool {
	switch s {
	case hostBacked:
		return g.reachesHost(below)
	case attached:
		return g.isAttached(dev)
	}
	return g.isAttached(below)
}

func (g *Guard) isAttached(dev netlink.Link) bool {
	return slices.Contains(g.attached, dev.Attrs().Index)
}

// masterIs reports whether the master that a command gives has one of the
// kinds, or is not there at all.
func (g *Guard) masterIs(c ipcmd.Command, kinds ...string) (bool, error) {
	name, _ := c.Value("master")
	master, err := g.lookup(name)
	if err != nil {
		return false, err
	}
	return master == nil || slices.Contains(kinds, master.Type()), nil
}

// lookup finds a device by its name or an altname, as ip and the kernel do. It
// is nil when there is none.
func (g *Guard) lookup(name string) (netlink.Link, error) {
	dev, err := g.h.LinkByName(name)
	if _, missing := errors.AsType[netlink.LinkNotFoundError](err); missing {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("looking up the device %s: %w", name, err)
	}
	return dev, nil
}

// listLinks asks again when devices changed during the dump.
func listLinks(h *netlink.Handle) (links []netlink.Link, err error) {
	for range 5 {
		if links, err = h.LinkList(); !errors.Is(err, netlink.ErrDumpInterrupted) {
			break
		}
	}
	return links, err
}
