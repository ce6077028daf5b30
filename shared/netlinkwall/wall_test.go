package netlinkwall

import (
	"cmp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/chainsaw-cni/chainsaw/shared/nlmsg"
)

// elsewhere are the attributes of a link that leave the netns.
var elsewhere = map[string][]byte{
	"IFLA_NET_NS_PID":     attr(unix.IFLA_NET_NS_PID, four),
	"IFLA_NET_NS_FD":      attr(unix.IFLA_NET_NS_FD, four),
	"IFLA_LINK_NETNSID":   attr(unix.IFLA_LINK_NETNSID, four),
	"IFLA_TARGET_NETNSID": attr(unix.IFLA_TARGET_NETNSID, four),
	"IFLA_NEW_NETNSID":    attr(unix.IFLA_NEW_NETNSID, four),
	"IFLA_VFINFO_LIST":    attr(unix.IFLA_VFINFO_LIST, four),
	"IFLA_NUM_VF":         attr(unix.IFLA_NUM_VF, four),
	"IFLA_PORT_SELF":      attr(unix.IFLA_PORT_SELF, four),
	"one of tomorrow":     attr(200, four),
	"with the nested bit": attr(unix.NLA_F_NESTED|unix.IFLA_NET_NS_PID, four),
	"big endian":          attr(unix.NLA_F_NET_BYTEORDER|unix.IFLA_NET_NS_FD, four),
}

func TestRefusesAttributesThatLeaveTheNetns(t *testing.T) {
	for name, bad := range elsewhere {
		forms := map[string][]byte{
			"alone":                 request(unix.RTM_NEWLINK, ifi, bad),
			"last":                  request(unix.RTM_NEWLINK, ifi, named, attr(unix.IFLA_MTU, four), bad),
			"after an odd length":   request(unix.RTM_SETLINK, ifi, attr(unix.IFLA_IFALIAS, []byte("abc")), bad),
			"of a delete":           request(unix.RTM_DELLINK, ifi, bad),
			"of a read":             request(unix.RTM_GETLINK, ifi, bad),
			"of an altname":         request(unix.RTM_NEWLINKPROP, ifi, bad),
			"of a short read":       request(unix.RTM_GETLINK, four, bad),
			"of a veth's peer":      request(unix.RTM_NEWLINK, ifi, linkInfo("veth", attr(peerInfo, ifi, named, bad))),
			"of a netkit's":         request(unix.RTM_NEWLINK, ifi, linkInfo("netkit", attr(2, four), attr(peerInfo, ifi, bad))),
			"of a vxcan's":          request(unix.RTM_NEWLINK, ifi, linkInfo("vxcan", attr(peerInfo, ifi, bad))),
			"of a second peer":      request(unix.RTM_NEWLINK, ifi, linkInfo("veth", attr(peerInfo, ifi), attr(peerInfo, ifi, bad))),
			"of a peer's peer":      request(unix.RTM_NEWLINK, ifi, linkInfo("veth", attr(peerInfo, ifi, linkInfo("veth", attr(peerInfo, ifi, bad))))),
			"of the second message": append(request(unix.RTM_GETLINK, ifi), request(unix.RTM_NEWLINK, ifi, bad)...),
			"of a second link info": request(unix.RTM_NEWLINK, ifi, linkInfo("bridge"), linkInfo("veth", attr(peerInfo, ifi, bad))),
		}
		for form, datagram := range forms {
			t.Run(name+"/"+form, func(t *testing.T) {
				var w Wall
				if err := w.Check(unix.NETLINK_ROUTE, datagram); err == nil {
					t.Error("allowed")
				}
			})
		}
	}
}

// linkmsg is a request about a link with these attributes.
func linkmsg(attributes ...[]byte) []byte {
	return request(unix.RTM_NEWLINK, append([][]byte{ifi}, attributes...)...)
}

var requests = []struct {
	name           string
	protocol       int
	datagram       []byte
	says, readOnly string // "" allows it, or, to the second, leaves it at the first
}{
	{"link dump", unix.NETLINK_ROUTE, request(unix.RTM_GETLINK, ifi, attr(unix.IFLA_EXT_MASK, four)), "", ""},
	{"old dump of one byte", unix.NETLINK_ROUTE, request(unix.RTM_GETLINK, make([]byte, 1)), "", ""},
	{"dump of a kind that is not known", unix.NETLINK_ROUTE, request(unix.RTM_GETLINK, ifi, attr(unix.IFLA_LINKINFO, attr(unix.IFLA_INFO_KIND, text("x")))), "", ""},
	{"probe for RTM_NEWLINK", unix.NETLINK_ROUTE, request(unix.RTM_NEWLINK, make([]byte, 16)), "", ""},
	{"address dump", unix.NETLINK_ROUTE, request(unix.RTM_GETADDR, make([]byte, 8)), "", ""},
	{"address dump elsewhere", unix.NETLINK_ROUTE, request(unix.RTM_GETADDR, make([]byte, 8), attr(unix.IFA_TARGET_NETNSID, four)), "RTM_GETADDR: attribute 10", ""},
	{"route", unix.NETLINK_ROUTE, request(unix.RTM_GETROUTE, make([]byte, 12), attr(unix.RTA_DST, four)), "", ""},
	{"id of a netns", unix.NETLINK_ROUTE, request(unix.RTM_GETNSID, four, attr(unix.NETNSA_FD, four)), "", ""},
	{"id as another netns has it", unix.NETLINK_ROUTE, request(unix.RTM_GETNSID, four, attr(unix.NETNSA_TARGET_NSID, four)), "attribute 4", ""},
	{"give a netns an id", unix.NETLINK_ROUTE, request(unix.RTM_NEWNSID, four, attr(unix.NETNSA_FD, four)), "RTM_NEWNSID is not a read", ""},
	{"two reads and what the kernel ignores", unix.NETLINK_ROUTE, slices.Concat(request(unix.RTM_GETLINK, ifi), request(unix.RTM_GETADDR, make([]byte, 8)), make([]byte, 40)), "", ""},

	{"MTU", unix.NETLINK_ROUTE, linkmsg(attr(unix.IFLA_MTU, four)), "", "RTM_NEWLINK is not a read"},
	{"no attribute, but a device", unix.NETLINK_ROUTE, linkmsg(), "", "RTM_NEWLINK is not a read"},
	{"a change after a read", unix.NETLINK_ROUTE, append(request(unix.RTM_GETLINK, ifi), linkmsg(named)...), "", "RTM_NEWLINK is not a read"},
	{"veth", unix.NETLINK_ROUTE, linkmsg(linkInfo("veth", attr(peerInfo, ifi, named))), "", "not a read"},
	{"vlan", unix.NETLINK_ROUTE, linkmsg(linkInfo("vlan", attr(1, four))), "", "not a read"},
	{"port of a bridge", unix.NETLINK_ROUTE, linkmsg(attr(unix.IFLA_LINKINFO, attr(unix.IFLA_INFO_SLAVE_KIND, text("bridge")), attr(unix.IFLA_INFO_SLAVE_DATA, four))), "", "not a read"},
	{"kind of tomorrow", unix.NETLINK_ROUTE, linkmsg(linkInfo("portal", attr(1, four))), `kind "portal", which is not known`, "not a read"},
	{"data ahead of its kind", unix.NETLINK_ROUTE, linkmsg(attr(unix.IFLA_LINKINFO, attr(unix.IFLA_INFO_DATA), attr(unix.IFLA_INFO_KIND, text("veth")))), "not known", "not a read"},
	{"two kinds", unix.NETLINK_ROUTE, linkmsg(attr(unix.IFLA_LINKINFO, attr(unix.IFLA_INFO_KIND, text("vlan")), attr(unix.IFLA_INFO_KIND, text("veth")))), `kind "veth" after kind "vlan"`, "not a read"},
	{"short peer", unix.NETLINK_ROUTE, linkmsg(linkInfo("veth", attr(peerInfo, make([]byte, 15)))), "the peer: its 15 bytes are too few", "not a read"},
	{"address", unix.NETLINK_ROUTE, request(unix.RTM_NEWADDR, make([]byte, 8), attr(unix.IFA_LOCAL, four)), "", "RTM_NEWADDR is not a read"},
	{"delete a rule", unix.NETLINK_ROUTE, request(unix.RTM_DELRULE, make([]byte, 12)), "", "RTM_DELRULE is not a read"},
	{"qdisc", unix.NETLINK_ROUTE, request(unix.RTM_NEWQDISC, make([]byte, 20)), "rtnetlink request 36 is not for ip", ""},
	{"a type below all", unix.NETLINK_ROUTE, request(unix.NLMSG_DONE), "request 3", ""},

	{"xfrm read", unix.NETLINK_XFRM, request(0x12, make([]byte, 24)), "", ""},
	{"xfrm flush", unix.NETLINK_XFRM, request(0x1c, make([]byte, 8)), "", "xfrm request 0x1c is not a read"},

	{"generic family", unix.NETLINK_GENERIC, ask("fou"), "", ""},
	{"generic read", unix.NETLINK_GENERIC, append(ask("fou"), request(0x1d, []byte{3, 1, 0, 0})...), "", ""},
	{"generic change", unix.NETLINK_GENERIC, append(ask("fou"), request(0x1d, []byte{1, 1, 0, 0})...), "", "command 1 of generic netlink family fou is not a read"},
	{"generic, not asked for", unix.NETLINK_GENERIC, request(0x1d, []byte{3, 1, 0, 0}), "was not asked for", ""},
	{"generic, asked for none", unix.NETLINK_GENERIC, slices.Concat(ask("fou"), request(unix.GENL_ID_CTRL, []byte{3, 1, 0, 0}), request(0x1d, []byte{3, 1, 0, 0})), "was not asked for", ""},
	{"generic, not for ip", unix.NETLINK_GENERIC, ask("nl80211"), `"nl80211" is not for ip`, ""},
	{"generic by number", unix.NETLINK_GENERIC, request(unix.GENL_ID_CTRL, []byte{3, 1, 0, 0}, attr(unix.CTRL_ATTR_FAMILY_ID, four)), "attribute 1", ""},
	{"another command of the controller", unix.NETLINK_GENERIC, request(unix.GENL_ID_CTRL, []byte{10, 1, 0, 0}), "command 10", ""},
	{"generic without a header", unix.NETLINK_GENERIC, request(unix.GENL_ID_CTRL), "too few", ""},

	{"netfilter", unix.NETLINK_NETFILTER, nil, "protocol 12 is not for ip", ""},
}

func ask(family string) []byte {
	return request(unix.GENL_ID_CTRL, []byte{unix.CTRL_CMD_GETFAMILY, 1, 0, 0}, attr(unix.CTRL_ATTR_FAMILY_NAME, text(family)))
}

func TestRequests(t *testing.T) {
	for _, tt := range requests {
		t.Run(tt.name, func(t *testing.T) {
			var all Wall
			expect(t, "changes", all.Check(tt.protocol, tt.datagram), tt.says)
			reads := Wall{ReadOnly: true}
			expect(t, "reads", reads.Check(tt.protocol, tt.datagram), cmp.Or(tt.readOnly, tt.says))
		})
	}
}

func expect(t *testing.T, what string, err error, says string) {
	t.Helper()
	if says == "" && err != nil {
		t.Errorf("%s: %v", what, err)
	}
	if says != "" && (err == nil || !strings.Contains(err.Error(), says)) {
		t.Errorf("%s: %v, want %q", what, err, says)
	}
}

// TestEveryObjectIsAlignedAsItsKinds keeps the table's first column true: the
// lowest bits of a type are the verb.
func TestEveryObjectIsAlignedAsItsKinds(t *testing.T) {
	for _, o := range objects {
		if o.first&3 != 0 || o.header != nlmsg.Align(o.header) {
			t.Errorf("%s: type %d, header %d", o.name, o.first, o.header)
		}
	}
}

// FuzzCheck: what is refused in a datagram is refused with anything ahead of it
// that is whole and allowed, and reads are a part of what is allowed.
func FuzzCheck(f *testing.F) {
	for _, r := range requests {
		f.Add(r.protocol, r.datagram)
	}
	bad := request(unix.RTM_NEWLINK, ifi, elsewhere["IFLA_NET_NS_PID"])
	f.Fuzz(func(t *testing.T, protocol int, datagram []byte) {
		all, reads := Wall{}, Wall{ReadOnly: true}
		if reads.Check(protocol, datagram) == nil && all.Check(protocol, datagram) != nil {
			t.Error("allowed as a read, refused as a change")
		}
		whole := request(unix.RTM_GETLINK, ifi, attr(unix.IFLA_IFALIAS, datagram[:min(len(datagram), 1<<12)]))
		if all.Check(unix.NETLINK_ROUTE, append(whole, bad...)) == nil {
			t.Error("a message behind others went through")
		}
	})
}
