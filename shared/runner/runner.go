// Package runner runs judged commands in order, each checked against the state
// of the netns just before it runs, and each in the cage.
//
// It undoes nothing: a runtime deletes the sandbox of an ADD that failed, and
// the netns with it.
package runner

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/chainsaw-cni/chainsaw/shared/cage"
	"github.com/chainsaw-cni/chainsaw/shared/cnierror"
	"github.com/chainsaw-cni/chainsaw/shared/device"
	"github.com/chainsaw-cni/chainsaw/shared/escape"
	"github.com/chainsaw-cni/chainsaw/shared/ipcmd"
	"github.com/chainsaw-cni/chainsaw/shared/judge"
	"github.com/chainsaw-cni/chainsaw/shared/podnetns"
	"github.com/chainsaw-cni/chainsaw/shared/redact"
	"github.com/chainsaw-cni/chainsaw/shared/variant"
)

// MaxOutput is how much output of one ADD is kept, in bytes.
const MaxOutput = 1 << 20

// Runner runs the commands of one attachment.
type Runner struct {
	Commands  []judge.Judged
	NetNS     *podnetns.NetNS
	IP        string // path of the `ip` executable
	Strongest variant.Variant
	Guard     *device.Guard // nil will do where all commands read
	Timeout   time.Duration // of one command
	GoOn      bool          // after a command that failed

	cages [cage.NetAdmin + 1]*cage.Cage // by privilege
	ahead *cage.Process                 // the next command, if it has been started
	kept  int                           // bytes of output
}

// Ran is a command after its turn. Outcome is nil when it had none.
type Ran struct {
	judge.Judged
	Outcome *cage.Outcome
	Err     error
}

// Prepare begins to build the cages that the commands need and to start the first
// command, and does not wait for it.
func (r *Runner) Prepare() {
	for _, command := range r.Commands {
		if p := r.privilege(command.Command); r.cages[p] == nil {
			r.cages[p] = cage.Open(r.NetNS.FD(), r.IP, p)
		}
	}
	if r.ahead == nil && len(r.Commands) > 0 {
		r.ahead = r.start(r.Commands[0].Command)
	}
}

func (r *Runner) start(command ipcmd.Command) *cage.Process {
	return r.cages[r.privilege(command)].Start(command.Argv())
}

// take is the process of the command whose turn it is.
func (r *Runner) take(command ipcmd.Command) *cage.Process {
	process := r.ahead
	r.ahead = nil
	if process == nil {
		process = r.start(command)
	}
	return process
}

// startAhead starts the command behind the one that is about to run, so that it is
// loaded by the time that one ends. It waits in the cage for its turn.
func (r *Runner) startAhead(rest []judge.Judged) {
	// BusyBox's `ip tunnel` reads /proc/net/dev before the first call that waits.
	if len(rest) > 0 && rest[0].Command.Object != "tunnel" {
		r.ahead = r.start(rest[0].Command)
	}
}

// cancelAhead ends the command that was started and gets no turn.
func (r *Runner) cancelAhead() {
	if r.ahead != nil {
		r.ahead.Cancel()
		r.ahead = nil
	}
}

// Close ends the cages.
func (r *Runner) Close() {
	r.cancelAhead()
	for _, c := range r.cages {
		if c != nil {
			c.Close()
		}
	}
}

// Run runs the commands until one may not run or, unless GoOn, one fails. It
// returns all of them, those that had no turn included.
func (r *Runner) Run(ctx context.Context) ([]Ran, error) {
	r.Prepare()
	defer r.cancelAhead()
	ran := make([]Ran, len(r.Commands))
	for i, command := range r.Commands {
		ran[i].Judged = command
	}
	for i := range ran {
		r.turn(ctx, &ran[i], r.Commands[i+1:])
		if err := ran[i].Err; err != nil && !(r.GoOn && ctx.Err() == nil && failed(err)) {
			return ran, err
		}
	}
	return ran, nil
}

// failed tells a command that ran, and failed or took too long, from one that
// was not let run.
func failed(err error) bool {
	coded, ok := errors.AsType[*cnierror.Error](err)
	return ok && (coded.Code == cnierror.CommandFailed || coded.Code == cnierror.TimedOut)
}

// turn lets a command run. Its devices are checked last, when only its cage can
// keep it waiting.
func (r *Runner) turn(ctx context.Context, ran *Ran, rest []judge.Judged) {
	process := r.take(ran.Command)
	r.startAhead(rest)
	if err := r.Guard.Check(ran.Command); err != nil {
		process.Cancel()
		ran.Err = cnierror.New(cnierror.Refused, "refused %s (%s): %w", ran.Name(), ran.Origin, err)
		return
	}
	limited, cancel := context.WithTimeout(ctx, r.Timeout)
	defer cancel()
	outcome, err := process.Run(limited)
	if err != nil {
		ran.Err = cnierror.New(cnierror.NotAvailable, "running %s (%s): %w", ran.Name(), ran.Origin, err)
		return
	}
	r.trim(&outcome)
	ran.Outcome = &outcome
	ran.Err = r.verdict(ctx, ran)
}

// privilege is what a command needs: in chainsaw-inspect nothing at all, in
// chainsaw-filter nothing for a read.
func (r *Runner) privilege(command ipcmd.Command) cage.Privilege {
	if r.Strongest == variant.Inspect || r.Strongest == variant.Filter && command.Class == ipcmd.Read {
		return cage.None
	}
	return cage.NetAdmin
}

// trim keeps the output of the whole ADD within its bound.
func (r *Runner) trim(outcome *cage.Outcome) {
	for _, stream := range []*cage.Stream{&outcome.Stdout, &outcome.Stderr} {
		room := min(len(stream.Kept), MaxOutput-r.kept)
		stream.Dropped += int64(len(stream.Kept) - room)
		stream.Kept = stream.Kept[:room]
		r.kept += room
	}
}

// verdict turns a command's end into an error, or none.
func (r *Runner) verdict(ctx context.Context, ran *Ran) error {
	switch outcome := ran.Outcome; {
	case ctx.Err() != nil && outcome.TimedOut:
		return cnierror.New(cnierror.TimedOut, "the commands took longer than the ADD may: ended at %s (%s)", ran.Name(), ran.Origin)
	case outcome.TimedOut:
		return cnierror.New(cnierror.TimedOut, "%s (%s) ran longer than %s and was ended", ran.Name(), ran.Origin, r.Timeout)
	case outcome.Refused != nil:
		return cnierror.New(cnierror.Refused, "refused %s (%s) as it ran: %w", ran.Name(), ran.Origin, outcome.Refused)
	case outcome.Signal != 0:
		return ran.fail(fmt.Sprintf("was ended by a signal (%s)", outcome.Signal))
	case outcome.ExitCode != 0:
		return ran.fail(fmt.Sprintf("ended with exit code %d", outcome.ExitCode))
	}
	return nil
}

func (ran *Ran) fail(how string) error {
	stderr := redact.Output(ran.Command.Object, ran.Outcome.Stderr.Kept)
	if printedUsage(stderr) {
		return cnierror.New(cnierror.CommandFailed, "%s (%s) %s: `ip` printed its usage, which means that something is missing or does not go together", ran.Name(), ran.Origin, how)
	}
	err := cnierror.New(cnierror.CommandFailed, "%s (%s) %s%s", ran.Name(), ran.Origin, how, lastLine(stderr))
	err.Details = strings.TrimSpace(escape.Lines(string(stderr)))
	return err
}
