package netlinkwall

import (
	"fmt"
	"slices"
)

// xfrmReads are the requests of linux/xfrm.h that change nothing.
var xfrmReads = [...]uint16{
	0x12, // XFRM_MSG_GETSA
	0x15, // XFRM_MSG_GETPOLICY
	0x1f, // XFRM_MSG_GETAE
	0x23, // XFRM_MSG_GETSADINFO
	0x25, // XFRM_MSG_GETSPDINFO
	0x28, // XFRM_MSG_GETDEFAULT
}

// checkXfrm looks at no attribute: none refers to another netns.
func (w *Wall) checkXfrm(m message) error {
	if w.ReadOnly && !slices.Contains(xfrmReads[:], m.kind) {
		return fmt.Errorf("xfrm request %#x is not a read", m.kind)
	}
	return nil
}
