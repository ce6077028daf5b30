// Package nlmsg is the format of netlink messages and their attributes
// (netlink(7), rtnetlink(7)), for who reads them: the wall, what a command
// sends; package rtnetlink, what the kernel answers. What they mean is theirs.
//
// It reads as the kernel's netlink_rcv_skb and nla_for_each_attr do: what has an
// impossible length is no message or attribute, and nothing behind it is.
package nlmsg

import (
	"encoding/binary"
	"iter"

	"golang.org/x/sys/unix"
)

// Header is struct nlmsghdr, but for the length, which the payload has.
type Header struct {
	Kind, Flags      uint16
	Sequence, PortID uint32
}

// Messages yields the messages of a datagram, and their payloads.
func Messages(b []byte) iter.Seq2[Header, []byte] {
	return func(yield func(Header, []byte) bool) {
		for len(b) >= unix.SizeofNlMsghdr {
			length := uint64(binary.NativeEndian.Uint32(b))
			if length < unix.SizeofNlMsghdr || length > uint64(len(b)) {
				return
			}
			h := Header{
				Kind: binary.NativeEndian.Uint16(b[4:]), Flags: binary.NativeEndian.Uint16(b[6:]),
				Sequence: binary.NativeEndian.Uint32(b[8:]), PortID: binary.NativeEndian.Uint32(b[12:]),
			}
			if !yield(h, b[unix.SizeofNlMsghdr:length]) {
				return
			}
			b = b[min(Align(int(length)), len(b)):]
		}
	}
}

// Attributes yields the types and the values of attributes.
func Attributes(b []byte) iter.Seq2[uint16, []byte] {
	const typeMask = 0x3fff // the other two bits say "nested" and "big endian"
	return func(yield func(uint16, []byte) bool) {
		for len(b) >= unix.SizeofNlAttr {
			length := int(binary.NativeEndian.Uint16(b))
			if length < unix.SizeofNlAttr || length > len(b) {
				return
			}
			if !yield(binary.NativeEndian.Uint16(b[2:])&typeMask, b[unix.SizeofNlAttr:length]) {
				return
			}
			b = b[min(Align(length), len(b)):]
		}
	}
}

// AppendHeader appends the header of a message with a payload of so many bytes.
func AppendHeader(b []byte, h Header, payload int) []byte {
	b = binary.NativeEndian.AppendUint32(b, uint32(unix.SizeofNlMsghdr+payload))
	b = binary.NativeEndian.AppendUint16(b, h.Kind)
	b = binary.NativeEndian.AppendUint16(b, h.Flags)
	b = binary.NativeEndian.AppendUint32(b, h.Sequence)
	return binary.NativeEndian.AppendUint32(b, h.PortID)
}

// AppendAttribute appends an attribute and its padding.
func AppendAttribute(b []byte, kind uint16, value []byte) []byte {
	length := unix.SizeofNlAttr + len(value)
	b = binary.NativeEndian.AppendUint16(b, uint16(length))
	b = binary.NativeEndian.AppendUint16(b, kind)
	b = append(b, value...)
	return append(b, make([]byte, Align(length)-length)...)
}

// Align is NLMSG_ALIGN and NLA_ALIGN.
func Align(n int) int { return (n + 3) &^ 3 }
