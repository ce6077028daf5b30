package ipcmd

import "fmt"

// Reason says why a command is refused. The values and their strings are
// stable: reports and metrics carry them.
type Reason int

// The reasons. All but the first two are about commands that are understood
// and that no rule can allow.
const (
	NotUnderstood Reason = iota + 1 // a word that the tables do not know
	Malformed                       // a value that is wrong, missing or given twice
	LeavesNetns                     // reaches another network namespace
	NeverEnds                       // runs until it is killed
	ReadsStdin                      // takes its input from stdin
	HostFiles                       // opens files of the machine
	RunsProgram                     // runs a program, or loads one into the kernel
	Hardware                        // configures the machine's network cards
	ManyDevices                     // changes devices that it does not name
)

// String returns a short phrase, fit for a table.
func (r Reason) String() string {
	switch r {
	case NotUnderstood:
		return "not understood"
	case Malformed:
		return "malformed"
	case LeavesNetns:
		return "leaves the netns"
	case NeverEnds:
		return "never ends"
	case ReadsStdin:
		return "reads stdin"
	case HostFiles:
		return "touches host files"
	case RunsProgram:
		return "runs a program"
	case Hardware:
		return "configures hardware"
	case ManyDevices:
		return "changes many devices"
	}
	return fmt.Sprintf("Reason(%d)", int(r))
}

// Refusal is the error of [Split] and [Parse].
type Refusal struct {
	Reason Reason
	Word   int    // index of the offending word; len(words) when one is missing
	Text   string // one sentence: what is wrong, and what would be right
}

// Error returns the sentence.
func (r *Refusal) Error() string { return r.Text }
