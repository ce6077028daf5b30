// Package merge makes one list out of the network's defaults and the pod's
// commands, and remembers where each came from.
package merge

import (
	"fmt"

	"github.com/chainsaw-cni/chainsaw/shared/netconf"
	"github.com/chainsaw-cni/chainsaw/shared/wish"
)

// The bounds on one ADD.
const (
	MaxCommands = 64
	MaxText     = 64 << 10 // bytes, all commands together
)

// Line is one command as it was written.
type Line struct {
	Text   string
	Origin Origin
}

// Origin says where a command was written. The zero Origin is the network's
// own configuration; Number counts from 1 within its list.
type Origin struct {
	Source wish.Source
	Number int
}

// FromPod tells whether the pod's author wrote the command, so that the rules
// of a network bind it.
func (o Origin) FromPod() bool { return o.Source != wish.Nowhere }

// String is how messages and reports name the origin.
func (o Origin) String() string {
	if o.FromPod() {
		return fmt.Sprintf("%s #%d", o.Source, o.Number)
	}
	return fmt.Sprintf("net-attach-def default #%d", o.Number)
}

// Merge puts the lists together in the order in which they will run.
func Merge(defaults []string, how netconf.PodCommands, w wish.Wish) ([]Line, error) {
	own, pods := lines(defaults, wish.Nowhere), lines(w.Commands, w.Source)
	merged := own
	switch {
	case how == netconf.Ignore || !w.Said:
	case how == netconf.Append:
		merged = append(own, pods...)
	case how == netconf.Prepend:
		merged = append(pods, own...)
	default:
		merged = pods
	}
	return merged, checkBounds(merged)
}

func lines(texts []string, source wish.Source) []Line {
	made := make([]Line, len(texts))
	for i, text := range texts {
		made[i] = Line{Text: text, Origin: Origin{Source: source, Number: i + 1}}
	}
	return made
}

func checkBounds(merged []Line) error {
	if len(merged) > MaxCommands {
		return fmt.Errorf("%d commands are asked for, and an attachment may have %d", len(merged), MaxCommands)
	}
	size := 0
	for _, line := range merged {
		size += len(line.Text)
	}
	if size > MaxText {
		return fmt.Errorf("the commands are %d bytes of text, and an attachment may have %d", size, MaxText)
	}
	return nil
}
