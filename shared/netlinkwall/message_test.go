package netlinkwall

import (
	"encoding/binary"
	"slices"

	"golang.org/x/sys/unix"
)

// request makes a message of parts: nil, structs as bytes, attributes.
func request(kind uint16, parts ...[]byte) []byte {
	payload := slices.Concat(parts...)
	b := binary.NativeEndian.AppendUint32(nil, uint32(unix.SizeofNlMsghdr+len(payload)))
	b = binary.NativeEndian.AppendUint16(b, kind)
	b = binary.NativeEndian.AppendUint16(b, unix.NLM_F_REQUEST|unix.NLM_F_ACK)
	b = append(b, make([]byte, 8)...) // sequence and port
	return padded(append(b, payload...))
}

// attr makes an attribute of values that follow each other.
func attr(kind uint16, values ...[]byte) []byte {
	value := slices.Concat(values...)
	b := binary.NativeEndian.AppendUint16(nil, uint16(unix.SizeofNlAttr+len(value)))
	b = binary.NativeEndian.AppendUint16(b, kind)
	return padded(append(b, value...))
}

func padded(b []byte) []byte { return append(b, make([]byte, align(len(b))-len(b))...) }

func text(s string) []byte { return append([]byte(s), 0) }

var (
	four  = []byte{1, 0, 0, 0}
	ifi   = slices.Concat(make([]byte, 4), four, make([]byte, 8)) // struct ifinfomsg of device 1
	named = attr(unix.IFLA_IFNAME, text("net1"))
)

func linkInfo(kind string, data ...[]byte) []byte {
	return attr(unix.IFLA_LINKINFO, attr(unix.IFLA_INFO_KIND, text(kind)), attr(unix.IFLA_INFO_DATA, data...))
}
