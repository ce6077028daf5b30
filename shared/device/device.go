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

	"github.com/chainsaw-cni/chainsaw/shared/ipcmd"
	"github.com/chainsaw-cni/chainsaw/shared/rtnetlink"
)

// Guard checks commands against the devices of one netns.
type Guard struct {
	conn      *rtnetlink.Conn
	permitted []Item
	attached  []int // ifindexes of the devices that came with the attachment
}

// NewGuard looks which devices are in the netns of conn before the first command.
// The connection must stay open.
func NewGuard(conn *rtnetlink.Conn, permitted []Item) (*Guard, error) {
	links, err := conn.Links()
	if err != nil {
		return nil, fmt.Errorf("looking at the attachment: %w", err)
	}
	g := &Guard{conn: conn, permitted: permitted}
	for _, l := range links {
		g.attached = append(g.attached, l.Index)
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
	dev, there, err := g.lookup(name)
	if !there || err != nil {
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
func (g *Guard) within(s scope, dev, below rtnetlink.Link) bool {
	switch s {
	case hostBacked:
		return g.reachesHost(below)
	case attached:
		return g.isAttached(dev)
	}
	return g.isAttached(below)
}

func (g *Guard) isAttached(dev rtnetlink.Link) bool {
	return slices.Contains(g.attached, dev.Index)
}

// masterIs reports whether the master that a command gives has one of the
// kinds, or is not there at all.
func (g *Guard) masterIs(c ipcmd.Command, kinds ...string) (bool, error) {
	name, _ := c.Value("master")
	master, there, err := g.lookup(name)
	if err != nil {
		return false, err
	}
	return !there || slices.Contains(kinds, master.Kind), nil
}

// lookup finds a device by its name or an altname, as ip and the kernel do.
func (g *Guard) lookup(name string) (dev rtnetlink.Link, there bool, err error) {
	dev, err = g.conn.Link(name)
	if errors.Is(err, rtnetlink.ErrNoLink) {
		return dev, false, nil
	}
	if err != nil {
		return dev, false, fmt.Errorf("looking up the device %s: %w", name, err)
	}
	return dev, true, nil
}
