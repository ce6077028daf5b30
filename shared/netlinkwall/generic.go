package netlinkwall

import (
	"fmt"
	"slices"

	"golang.org/x/sys/unix"

	"github.com/chainsaw-cni/chainsaw/shared/nlmsg"
)

// family is one of generic netlink; its number is the kernel's to give, so a
// command asks for it by name first. reads are its commands that change
// nothing.
type family struct {
	name  string
	reads []byte
}

var families = [...]family{
	{name: "IOAM6", reads: []byte{3, 6}}, // DUMP_NAMESPACES, DUMP_SCHEMAS
	{name: "SEG6", reads: []byte{2, 4}},  // DUMPHMAC, GET_TUNSRC
	{name: "fou", reads: []byte{3}},
	{name: "ila", reads: []byte{3}},
	{name: "l2tp", reads: []byte{4, 8}}, // TUNNEL_GET, SESSION_GET
	{name: "macsec", reads: []byte{0}},
	{name: "mptcp_pm", reads: []byte{3, 6}}, // GET_ADDR, GET_LIMITS
	{name: "tcp_metrics", reads: []byte{1}},
}

const genericHeader = 4 // struct genlmsghdr, which begins with the command

func (w *Wall) checkGeneric(m message) error {
	if len(m.payload) < genericHeader {
		return fmt.Errorf("%d bytes of generic netlink are too few", len(m.payload))
	}
	command := m.payload[0]
	switch {
	case m.kind == unix.GENL_ID_CTRL:
		return w.resolve(command, m.payload[genericHeader:])
	case w.family == nil:
		return fmt.Errorf("generic netlink family %d was not asked for by name", m.kind)
	case w.ReadOnly && !slices.Contains(w.family.reads, command):
		return fmt.Errorf("command %d of generic netlink family %s is not a read", command, w.family.name)
	}
	return nil
}

// resolve allows to ask for the number of a family. For a name of its choice a
// command could otherwise make the kernel load a module.
func (w *Wall) resolve(command byte, b []byte) error {
	if command != unix.CTRL_CMD_GETFAMILY {
		return fmt.Errorf("command %d of generic netlink's controller is not for ip", command)
	}
	w.family = nil
	for kind, value := range nlmsg.Attributes(b) {
		if kind != unix.CTRL_ATTR_FAMILY_NAME {
			return errAttribute(kind)
		}
		name := unix.ByteSliceToString(value)
		i := slices.IndexFunc(families[:], func(f family) bool { return f.name == name })
		if i < 0 {
			return fmt.Errorf("generic netlink family %q is not for ip", name)
		}
		w.family = &families[i]
	}
	return nil
}
