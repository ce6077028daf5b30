package device

import (
	"fmt"

	"github.com/chainsaw-cni/chainsaw/shared/rtnetlink"
)

// Violation is a command that was refused for what its devices are.
type Violation struct {
	Item   Item   // what the node's policy could permit; "" when it cannot
	Device string // "" for a device that is yet to be made
	Text   string // one sentence for the author of the command
}

// Error returns the sentence.
func (v *Violation) Error() string { return v.Text }

// newViolation is about dev because of what below is: dev itself, or a device
// that dev is on top of.
func newViolation(item Item, dev, below rtnetlink.Link) *Violation {
	facts := item.facts()
	subject, verb := dev.Name, " "
	if below.Index != dev.Index {
		subject, verb = subject+" is on top of "+below.Name, ", which "
	}
	reason := "came with the attachment"
	if facts.scope == hostBacked {
		reason = "is " + nature(below)
	}
	return &Violation{item, dev.Name, fmt.Sprintf("%s%s%s: %s (the node's policy could permit %q)",
		subject, verb, reason, facts.refusal, item)}
}

// nature says in what way the device is host-backed.
func nature(dev rtnetlink.Link) string {
	kind := dev.Kind
	switch {
	case kind == "":
		return "a network card of the node"
	case wireOf(dev) == underlay:
		return "a " + kind + " whose underlay is on the host"
	case dev.OtherNetns:
		return "a " + kind + " whose parent is on the host"
	}
	return "of the type " + kind + ", whose frames may go through the host"
}
