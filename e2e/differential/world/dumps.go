package world

import (
	"encoding/binary"

	"golang.org/x/sys/unix"
)

// A dump is a question to the kernel about one kind of thing in a netns, and
// what to make of the answers.
type dump struct {
	name     string
	protocol int
	kind     uint16 // of the request
	genl     string // the family of generic netlink, which gives the kind
	single   bool   // one thing is asked for, and not all of a kind
	request  []byte
	optional bool // not in every kernel

	header int                      // the bytes before the attributes
	tidy   func(header []byte) bool // clears what changes by itself; false: not worth a line
	nested []string                 // the attributes that have others in them
	skip   []string                 // those that change by themselves
	value  func(path string, value []byte)
	noise  string // lines that have this in them are the kernel's own doing
}

const (
	ipmr  = 128 // RTNL_FAMILY_IPMR
	ip6mr = 129 // RTNL_FAMILY_IP6MR
)

var dumps = []dump{
	links,
	{name: "address", kind: unix.RTM_GETADDR, request: make([]byte, 8), header: 8, tidy: tidyAddress, value: roundLifetime},
	routes(unix.AF_INET), routes(unix.AF_INET6), routes(unix.AF_MPLS), routes(ipmr), routes(ip6mr),
	rules(unix.AF_INET), rules(unix.AF_INET6), rules(ipmr), rules(ip6mr),
	neighbours(unix.AF_INET, 0), neighbours(unix.AF_INET6, 0), neighbours(unix.AF_BRIDGE, 0),
	neighbours(unix.AF_INET, unix.NTF_PROXY), neighbours(unix.AF_INET6, unix.NTF_PROXY),
	{name: "nexthop", kind: unix.RTM_GETNEXTHOP, request: make([]byte, 8), header: 8, tidy: tidyNexthop},
	{name: "addrlabel", kind: unix.RTM_GETADDRLABEL, request: append([]byte{unix.AF_INET6}, make([]byte, 11)...), header: 12, tidy: tidyLabel},
	{
		name: "ntable", kind: unix.RTM_GETNEIGHTBL, request: make([]byte, 4), header: 4, nested: []string{"6"},
		skip: []string{"5", "7", "6.2", "6.3"}, // counters, and reachable_time, which is random
	},
	{name: "nsid", kind: unix.RTM_GETNSID, request: make([]byte, 4), header: 4},
	netconf(unix.AF_INET), netconf(unix.AF_INET6), netconf(unix.AF_MPLS),

	{name: "xfrm state", protocol: unix.NETLINK_XFRM, kind: xfrmGetSA, header: 224, tidy: tidyState, skip: []string{"9"}}, // XFRMA_LTIME_VAL
	{name: "xfrm policy", protocol: unix.NETLINK_XFRM, kind: xfrmGetPolicy, header: 168, tidy: tidyPolicy},
	{name: "xfrm spd", protocol: unix.NETLINK_XFRM, kind: xfrmGetSPDInfo, single: true, request: make([]byte, 4), header: 4, skip: []string{"1", "2"}},
	{name: "xfrm default", protocol: unix.NETLINK_XFRM, kind: xfrmGetDefault, single: true, request: make([]byte, 4), header: 4, optional: true},

	genl("mptcp endpoint", "mptcp_pm", 3, false), genl("mptcp limits", "mptcp_pm", 6, true),
	genl("sr hmac", "SEG6", 2, false), genl("sr tunsrc", "SEG6", 4, true),
	genl("ioam namespace", "IOAM6", 3, false), genl("ioam schema", "IOAM6", 6, false),
}

const (
	xfrmGetSA      = 0x12
	xfrmGetPolicy  = 0x15
	xfrmGetSPDInfo = 0x25
	xfrmGetDefault = 0x28
)

// links leaves out counters, and what follows from the state of the peer.
var links = dump{
	name: "link", kind: unix.RTM_GETLINK, header: unix.SizeofIfInfomsg, tidy: tidyLink,
	request: append(make([]byte, unix.SizeofIfInfomsg),
		8, 0, unix.IFLA_EXT_MASK, 0, 1<<0|1<<3, 0, 0, 0), // RTEXT_FILTER_VF, RTEXT_FILTER_SKIP_STATS
	nested: []string{"18", "18.2", "18.5", "26", "26.2", "26.10"},
	skip: []string{
		"7", "23", // IFLA_STATS, IFLA_STATS64
		"16", "33", "35", "47", "48", // IFLA_OPERSTATE, IFLA_CARRIER...
		"18.3",                                     // IFLA_INFO_XSTATS
		"26.10.1", "26.10.3", "26.10.5", "26.10.6", // flags, counters and times of inet6
		"18.2.bridge.10", "18.2.bridge.11", "18.2.bridge.12", "18.2.bridge.13", "18.2.bridge.14",
		"18.2.bridge.15", "18.2.bridge.16", "18.2.bridge.17", "18.2.bridge.18", "18.2.bridge.19", // the spanning tree's state
		"18.5.bridge.1", "18.5.bridge.13", "18.5.bridge.14", "18.5.bridge.15", "18.5.bridge.16", "18.5.bridge.17",
		"18.5.bridge.19", "18.5.bridge.20", "18.5.bridge.21", "18.5.bridge.22", "18.5.bridge.23", // that of a port
	},
	value: hideRandomMAC,
}

func tidyLink(h []byte) bool {
	const byItself = unix.IFF_RUNNING | unix.IFF_LOWER_UP | unix.IFF_DORMANT
	flags := binary.NativeEndian.Uint32(h[8:])
	binary.NativeEndian.PutUint32(h[8:], flags&^uint32(byItself))
	clear(h[12:16])
	return true
}

// hideRandomMAC clears the MAC that the kernel chose for a new device. Ours
// have zeros in them.
func hideRandomMAC(path string, v []byte) {
	if (path == "1" || path == "54") && len(v) == 6 && v[1]|v[2]|v[3] != 0 {
		clear(v)
	}
}

func tidyAddress(h []byte) bool {
	h[2] &^= unix.IFA_F_TENTATIVE
	return true
}

// roundLifetime keeps of the times of an address what does not run.
func roundLifetime(path string, v []byte) {
	switch path {
	case "6": // IFA_CACHEINFO: preferred, valid, created, updated
		for i := 0; i < 8; i += 4 {
			if t := binary.NativeEndian.Uint32(v[i:]); t != 1<<32-1 {
				binary.NativeEndian.PutUint32(v[i:], (t+50)/100*100)
			}
		}
		clear(v[8:])
	case "8":
		v[0] &^= unix.IFA_F_TENTATIVE
	}
}

func routes(family byte) dump {
	request := make([]byte, unix.SizeofRtMsg)
	request[0] = family
	return dump{
		name: "route", kind: unix.RTM_GETROUTE, request: request, optional: family == unix.AF_MPLS || family >= ipmr,
		header: unix.SizeofRtMsg, tidy: tidyRoute, skip: []string{"12", "23"}, // RTA_CACHEINFO, RTA_EXPIRES
	}
}

// tidyRoute passes over what the kernel adds for IPv6 addresses when it gets to it.
func tidyRoute(h []byte) bool {
	h[8] &^= unix.RTNH_F_DEAD | unix.RTNH_F_LINKDOWN
	return h[0] != unix.AF_INET6 || h[4] != unix.RT_TABLE_LOCAL || h[5] != unix.RTPROT_KERNEL
}

func rules(family byte) dump {
	request := make([]byte, 12)
	request[0] = family
	return dump{name: "rule", kind: unix.RTM_GETRULE, request: request, header: 12, optional: family >= ipmr}
}

func neighbours(family, flags byte) dump {
	request := make([]byte, unix.SizeofNdMsg)
	request[0], request[10] = family, flags
	return dump{
		name: "neighbour", kind: unix.RTM_GETNEIGH, request: request, header: unix.SizeofNdMsg,
		tidy: tidyNeighbour, skip: []string{"3", "4"}, // NDA_CACHEINFO, NDA_PROBES
		noise: " 2=3333", // IPv6 multicast, which comes late
	}
}

// tidyNeighbour keeps only the states that stay.
func tidyNeighbour(h []byte) bool {
	state := binary.NativeEndian.Uint16(h[8:]) & (unix.NUD_PERMANENT | unix.NUD_NOARP)
	binary.NativeEndian.PutUint16(h[8:], state)
	noarp := state == unix.NUD_NOARP && h[0] != unix.AF_BRIDGE // for multicast, mostly
	return !noarp
}

func tidyNexthop(h []byte) bool {
	h[4] &^= unix.RTNH_F_DEAD | unix.RTNH_F_LINKDOWN
	return true
}

// tidyLabel clears the sequence number.
func tidyLabel(h []byte) bool {
	clear(h[8:12])
	return true
}

func netconf(family byte) dump {
	return dump{name: "netconf", kind: unix.RTM_GETNETCONF, request: []byte{family, 0, 0, 0}, header: 4, optional: family == unix.AF_MPLS}
}

// tidyState clears curlft, stats and seq of struct xfrm_usersa_info.
func tidyState(h []byte) bool {
	clear(h[160:208])
	return true
}

// tidyPolicy clears curlft of struct xfrm_userpolicy_info.
func tidyPolicy(h []byte) bool {
	clear(h[120:152])
	return true
}

func genl(name, family string, command byte, single bool) dump {
	return dump{
		name: name, protocol: unix.NETLINK_GENERIC, genl: family, single: single,
		request: []byte{command, 1, 0, 0}, header: 4, optional: true,
	}
}
