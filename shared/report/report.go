// Package report is what is kept of an ADD that ran or refused commands: which
// pod and attachment, what was asked, what became of each command, and its
// output. The plugin fills it in, chainsawd prints it.
//
// Secrets are taken out on the way in, so that no spool and no socket carries
// them; what could deceive a reader is escaped on the way out, because only
// there is it known who reads. The package neither judges nor runs commands,
// and it carries no report anywhere: see shared/daemon and shared/spool.
package report

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/chainsaw-cni/chainsaw/shared/pod"
	"github.com/chainsaw-cni/chainsaw/shared/redact"
)

// Version is the version of the JSON form. A reader refuses any other.
const Version = 1

// MaxBytes holds the JSON form of every report: an ADD keeps 1 MiB of output
// and 64 KiB of commands, and JSON writes a control character in six bytes.
const MaxBytes = 8 << 20

// Report tells of one ADD of one attachment.
type Report struct {
	Version     int       `json:"version"`
	ID          string    `json:"id"` // random; a report that arrives twice has the same
	Time        time.Time `json:"time"`
	Pod         pod.Ref   `json:"pod,omitzero"`
	ContainerID string    `json:"containerID,omitempty"`
	Netns       string    `json:"netns,omitempty"` // the last element of the netns' path
	Network     string    `json:"network,omitempty"`
	Interface   string    `json:"interface,omitempty"`
	Variant     string    `json:"variant"`
	Note        string    `json:"note,omitempty"` // such as: the pod could not be looked up; ran the defaults
	Commands    []Command `json:"commands,omitempty"`
	Error       string    `json:"error,omitempty"`   // why the ADD failed
	Repeats     int       `json:"repeats,omitempty"` // how many equal reports this one stands for, beside itself
	Lost        Lost      `json:"lost,omitzero"`
}

// Lost counts reports that the spool could not keep, since it last said so.
type Lost struct {
	Pod  int64 `json:"pod,omitempty"`  // this pod's
	Node int64 `json:"node,omitempty"` // everybody's, this pod's included
}

// New returns the empty report of an ADD that happens now.
func New(variant string) Report {
	return Report{Version: Version, ID: newID(), Time: time.Now().UTC(), Variant: variant}
}

// newID has to be another each time, and is no secret. crypto/rand would bring
// its self-tests and tables along, 0.1 ms at each start of a plugin.
func newID() string { return fmt.Sprintf("%016x%016x", rand.Uint64(), rand.Uint64()) }

// Verdict tells whether a command was let through.
type Verdict string

// A command that was allowed has not run if another one of the same ADD was
// refused, or failed before it.
const (
	Allowed Verdict = "allowed"
	Refused Verdict = "refused"
)

// Command is what became of one command.
type Command struct {
	Text     string        `json:"text"`               // as it was asked for
	Expanded string        `json:"expanded,omitempty"` // the same with the values of its tokens, if it had some
	Run      string        `json:"run,omitempty"`      // as it was understood: the canonical form, which is what runs
	Origin   string        `json:"origin"`             // such as: pod annotation #1
	Verdict  Verdict       `json:"verdict"`
	Reason   string        `json:"reason,omitempty"` // of a refusal
	ExitCode *int          `json:"exitCode,omitempty"`
	Signal   string        `json:"signal,omitempty"`
	TimedOut bool          `json:"timedOut,omitempty"`
	Duration time.Duration `json:"durationNs,omitempty"`
	Stdout   string        `json:"stdout,omitempty"`
	Stderr   string        `json:"stderr,omitempty"`
	Dropped  int64         `json:"dropped,omitempty"` // bytes of output that were not kept
}

// Asked is a command before it was judged. Secrets in its text are masked.
func Asked(origin, text string) Command {
	return Command{Text: redact.Text(text), Origin: origin}
}

// Ran reports whether the command was started.
func (c Command) Ran() bool { return c.ExitCode != nil || c.Signal != "" || c.TimedOut }

// SetOutput keeps what a command about this object wrote, without its secrets.
func (c *Command) SetOutput(object string, stdout, stderr []byte) {
	c.Stdout = validText(redact.Output(object, stdout))
	c.Stderr = validText(redact.Output(object, stderr))
}
