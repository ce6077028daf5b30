package result

import (
	"net/netip"
	"slices"

	types100 "github.com/containernetworking/cni/pkg/types/100"
	"golang.org/x/sys/unix"

	"github.com/chainsaw-cni/chainsaw/shared/rtnetlink"
)

// address is an address of global scope.
type address struct {
	prefix netip.Prefix
	static bool // without a lifetime: somebody set it, no router advertisement did
}

func addressesOf(list []rtnetlink.Address, link int) (all []address) {
	for _, a := range list {
		if a.Link == link && a.Scope == unix.RT_SCOPE_UNIVERSE {
			all = append(all, address{a.Prefix, a.Permanent})
		}
	}
	return all
}

// holds reports whether the prefix is set, by whomever.
func (s State) holds(p netip.Prefix) bool {
	for _, a := range s.addresses {
		if a.prefix == p {
			return true
		}
	}
	return false
}

// holdsAddr reports whether the address is set, with whatever prefix length.
func (s State) holdsAddr(ip netip.Addr) bool {
	for _, a := range s.addresses {
		if a.prefix.Addr() == ip {
			return true
		}
	}
	return false
}

func applyAddresses(ips []*types100.IPConfig, own *int, before, after State) []*types100.IPConfig {
	added := newAddresses(before, after)
	for _, was := range before.addresses {
		if after.holds(was.prefix) {
			continue
		}
		i, exact := findAddress(ips, own, was.prefix)
		if i < 0 {
			continue
		}
		now := slices.IndexFunc(added, func(p netip.Prefix) bool { return p.Addr() == was.prefix.Addr() })
		switch {
		case now >= 0: // it has another prefix length: keep the place and the gateway
			ips[i].Address = ipNet(added[now])
			added = slices.Delete(added, now, now+1)
		case exact || !after.holdsAddr(was.prefix.Addr()):
			ips = slices.Delete(ips, i, i+1)
		}
	}
	for _, p := range added {
		if _, exact := findAddress(ips, own, p); !exact {
			ips = append(ips, &types100.IPConfig{Interface: copyIndex(own), Address: ipNet(p)})
		}
	}
	return ips
}

// newAddresses are those that the commands set, or gave for good.
func newAddresses(before, after State) []netip.Prefix {
	var added []netip.Prefix
	for _, a := range after.addresses {
		if a.static && !slices.Contains(before.addresses, a) {
			added = append(added, a.prefix)
		}
	}
	return added
}

// findAddress returns the entry of the attachment for this prefix, or else one
// for its address: some plugins list another prefix length than they set.
func findAddress(ips []*types100.IPConfig, own *int, p netip.Prefix) (i int, exact bool) {
	found := -1
	for i, entry := range ips {
		if entry == nil || !belongs(entry, own) {
			continue
		}
		switch listed := prefixOf(entry.Address); {
		case listed == p:
			return i, true
		case listed.Addr() == p.Addr() && found < 0:
			found = i
		}
	}
	return found, false
}

// belongs reports whether the entry is the attachment's. Results that name no
// interface, as those of CNI 0.2.0, are about nothing else.
func belongs(entry *types100.IPConfig, own *int) bool {
	return entry.Interface == nil || own != nil && *entry.Interface == *own
}

func copyIndex(i *int) *int {
	if i == nil {
		return nil
	}
	return new(*i)
}
