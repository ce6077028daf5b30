package netlinkwall

import (
	"bytes"
	"fmt"
	"slices"

	"golang.org/x/sys/unix"
)

// object is what a group of four requests of rtnetlink is about.
type object struct {
	first    uint16 // the type of its NEW request, whether there is one or not
	name     string // as in RTM_NEWLINK
	header   int    // length of the struct ahead of the attributes
	allowed  []span
	readOnly bool
}

// objects are those of `ip`, and no others (qdiscs, filters, DCB, ...). The
// attributes are those of Linux 6.18 without the ones that refer to another
// netns: IFA_TARGET_NETNSID, NDA_LINK_NETNSID, NETNSA_TARGET_NSID.
var objects = [...]object{
	{first: unix.RTM_NEWLINK, name: "LINK", header: unix.SizeofIfInfomsg, allowed: linkAttributes},
	{first: unix.RTM_NEWADDR, name: "ADDR", header: unix.SizeofIfAddrmsg, allowed: []span{{1, 9}, {11, 11}}},
	{first: unix.RTM_NEWROUTE, name: "ROUTE", header: unix.SizeofRtMsg, allowed: []span{{1, 31}}},
	{first: unix.RTM_NEWNEIGH, name: "NEIGH", header: unix.SizeofNdMsg, allowed: []span{{1, 9}, {11, 17}}},
	{first: unix.RTM_NEWRULE, name: "RULE", header: 12, allowed: []span{{1, 30}}},
	{first: unix.RTM_GETMULTICAST &^ 3, name: "MULTICAST", header: unix.SizeofIfAddrmsg, allowed: []span{{1, 9}}, readOnly: true},
	{first: unix.RTM_GETANYCAST &^ 3, name: "ANYCAST", header: unix.SizeofIfAddrmsg, allowed: []span{{1, 9}}, readOnly: true},
	{first: unix.RTM_NEWNEIGHTBL, name: "NEIGHTBL", header: 4, allowed: []span{{1, 9}}},
	{first: unix.RTM_NEWADDRLABEL, name: "ADDRLABEL", header: 12, allowed: []span{{1, 2}}},
	{first: unix.RTM_NEWNETCONF, name: "NETCONF", header: 4, allowed: []span{{1, 1}}, readOnly: true},
	{first: unix.RTM_NEWNSID, name: "NSID", header: 4, allowed: []span{{1, 3}}, readOnly: true}, // of devices that a dump shows
	{first: unix.RTM_NEWSTATS, name: "STATS", header: 12, allowed: []span{{1, 2}}},
	{first: unix.RTM_NEWNEXTHOP, name: "NEXTHOP", header: 8, allowed: []span{{1, 17}}},
	{first: unix.RTM_NEWLINKPROP, name: "LINKPROP", header: unix.SizeofIfInfomsg, allowed: linkAttributes},
	{first: unix.RTM_NEWNEXTHOPBUCKET, name: "NEXTHOPBUCKET", header: 8, allowed: []span{{1, 17}}},
	{first: unix.RTM_NEWTUNNEL, name: "TUNNEL", header: 8, allowed: []span{{1, 2}}},
}

// The kernel, too, tells reads from changes by the lowest bits of the type
// (enum rtnl_kinds).
var verbs = [4]string{"NEW", "DEL", "GET", "SET"}

const get = 2

// newLinkProbe is the RTM_NEWLINK of no device with no attribute, by which
// `ip link show` asks whether the kernel has that request.
var newLinkProbe [unix.SizeofIfInfomsg]byte

func (w *Wall) checkRoute(m message) error {
	i := slices.IndexFunc(objects[:], func(o object) bool { return o.first == m.kind&^3 })
	if i < 0 {
		return fmt.Errorf("rtnetlink request %d is not for ip", m.kind)
	}
	o, verb := &objects[i], m.kind&3
	name := "RTM_" + verbs[verb] + o.name
	if m.kind == unix.RTM_NEWLINK && bytes.Equal(m.payload, newLinkProbe[:]) {
		return nil
	}
	if verb != get && (w.ReadOnly || o.readOnly) {
		return fmt.Errorf("%s is not a read", name)
	}
	if err := o.check(m.payload); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

func (o *object) check(payload []byte) error {
	// Old dumps have a struct rtgenmsg of one byte alone, padded to four.
	const oldHeader = 4
	if len(payload) <= min(oldHeader, o.header) {
		return nil
	}
	if len(payload) < o.header {
		return fmt.Errorf("its %d bytes are too few", len(payload))
	}
	if err := checkAttributes(payload[o.header:], o.allowed); err != nil {
		return err
	}
	if o.first == unix.RTM_NEWLINK {
		return checkLinkInfo(payload[o.header:])
	}
	return nil
}
