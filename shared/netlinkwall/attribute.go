package netlinkwall

import (
	"fmt"
	"slices"

	"github.com/chainsaw-cni/chainsaw/shared/nlmsg"
)

// span is a range of attribute types, ends included.
type span struct{ from, to uint16 }

func allows(allowed []span, kind uint16) bool {
	return slices.ContainsFunc(allowed, func(s span) bool { return s.from <= kind && kind <= s.to })
}

func checkAttributes(b []byte, allowed []span) error {
	for kind := range nlmsg.Attributes(b) {
		if !allows(allowed, kind) {
			return errAttribute(kind)
		}
	}
	return nil
}

func errAttribute(kind uint16) error { return fmt.Errorf("attribute %d is not allowed", kind) }
