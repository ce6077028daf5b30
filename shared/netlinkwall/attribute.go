package netlinkwall

import (
	"encoding/binary"
	"fmt"
	"iter"
	"slices"

	"golang.org/x/sys/unix"
)

// span is a range of attribute types, ends included.
type span struct{ from, to uint16 }

func allows(allowed []span, kind uint16) bool {
	return slices.ContainsFunc(allowed, func(s span) bool { return s.from <= kind && kind <= s.to })
}

// attributes yields types and values as nla_for_each_attr does: what has an
// impossible length ends the list.
func attributes(b []byte) iter.Seq2[uint16, []byte] {
	const typeMask = 0x3fff // the other two bits say "nested" and "big endian"
	return func(yield func(uint16, []byte) bool) {
		for len(b) >= unix.SizeofNlAttr {
			length := int(binary.NativeEndian.Uint16(b))
			if length < unix.SizeofNlAttr || length > len(b) {
				return
			}
			kind := binary.NativeEndian.Uint16(b[2:]) & typeMask
			if !yield(kind, b[unix.SizeofNlAttr:length]) {
				return
			}
			b = b[min(align(length), len(b)):]
		}
	}
}

func checkAttributes(b []byte, allowed []span) error {
	for kind := range attributes(b) {
		if !allows(allowed, kind) {
			return errAttribute(kind)
		}
	}
	return nil
}

func errAttribute(kind uint16) error { return fmt.Errorf("attribute %d is not allowed", kind) }
