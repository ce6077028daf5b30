package device

import (
	"fmt"
	"slices"

	"github.com/chainsaw-cni/chainsaw/shared/rtnetlink"
)

// stack returns the device, then all devices of the netns that it is on top
// of: what is done to the device may be handed down to them. A pod that may put
// a vlan on a macvlan, or make it a port of a bridge, gains nothing by that.
func (g *Guard) stack(dev rtnetlink.Link) ([]rtnetlink.Link, error) {
	found := []rtnetlink.Link{dev}
	for i := 0; i < len(found); i++ {
		below, err := g.below(found[i])
		if err != nil {
			return nil, fmt.Errorf("looking at what the device %s is on top of: %w", found[i].Name, err)
		}
		for _, b := range below {
			if !slices.ContainsFunc(found, func(f rtnetlink.Link) bool { return f.Index == b.Index }) {
				found = append(found, b)
			}
		}
	}
	return found, nil
}

// below returns the devices of this netns that dev hands changes down to.
func (g *Guard) below(dev rtnetlink.Link) ([]rtnetlink.Link, error) {
	w := wireOf(dev)
	if w == none || w == underlay || g.reachesHost(dev) {
		return nil, nil // nothing, or nothing in this netns
	}
	var below []rtnetlink.Link
	if index := dev.Parent; index != 0 && w != ports {
		lower, err := g.conn.LinkByIndex(index)
		if err != nil {
			return nil, err
		}
		below = append(below, lower)
	}
	if w == parent {
		return below, nil
	}
	all, err := g.conn.Links()
	if err != nil {
		return nil, err
	}
	for _, l := range all {
		if l.Master == dev.Index {
			below = append(below, l)
		}
	}
	return below, nil
}
