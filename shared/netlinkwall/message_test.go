package netlinkwall

import (
	"slices"

	"golang.org/x/sys/unix"

	"github.com/chainsaw-cni/chainsaw/shared/nlmsg"
)

// request makes a message of parts: nil, structs as bytes, attributes.
func request(kind uint16, parts ...[]byte) []byte {
	payload := slices.Concat(parts...)
	header := nlmsg.Header{Kind: kind, Flags: unix.NLM_F_REQUEST | unix.NLM_F_ACK}
	return padded(append(nlmsg.AppendHeader(nil, header, len(payload)), payload...))
}

// attr makes an attribute of values that follow each other.
func attr(kind uint16, values ...[]byte) []byte {
	return nlmsg.AppendAttribute(nil, kind, slices.Concat(values...))
}

func padded(b []byte) []byte { return append(b, make([]byte, nlmsg.Align(len(b))-len(b))...) }

func text(s string) []byte { return append([]byte(s), 0) }

var (
	four  = []byte{1, 0, 0, 0}
	ifi   = slices.Concat(make([]byte, 4), four, make([]byte, 8)) // struct ifinfomsg of device 1
	named = attr(unix.IFLA_IFNAME, text("net1"))
)

func linkInfo(kind string, data ...[]byte) []byte {
	return attr(unix.IFLA_LINKINFO, attr(unix.IFLA_INFO_KIND, text(kind)), attr(unix.IFLA_INFO_DATA, data...))
}
