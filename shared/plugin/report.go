package plugin

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/chainsaw-cni/chainsaw/shared/cnierror"
	"github.com/chainsaw-cni/chainsaw/shared/daemon"
	"github.com/chainsaw-cni/chainsaw/shared/device"
	"github.com/chainsaw-cni/chainsaw/shared/redact"
	"github.com/chainsaw-cni/chainsaw/shared/report"
	"github.com/chainsaw-cni/chainsaw/shared/runner"
)

// report leaves a report of the ADD with chainsawd, or in the spool until
// chainsawd is back. A pod never fails because nobody was listening; nor does it
// wait for long, since both bound themselves (daemon.Timeout, spool.Patience).
func (a *attachment) report(ctx context.Context, failure error) {
	nothingHappened := len(a.ran) == 0 && a.note == "" && failure == nil
	if nothingHappened || !a.config.SocketEnabled {
		return
	}
	if err := a.deliver(ctx, a.describe(failure)); err != nil {
		fmt.Fprintf(os.Stderr, "chainsaw: the report of this ADD is lost: %v\n", err)
	}
}

func (a *attachment) deliver(ctx context.Context, r report.Report) error {
	away := daemon.Client{Path: a.socket}.Report(ctx, r)
	if away == nil {
		return nil
	}
	keep := a.spool.Put
	if errors.Is(away, context.DeadlineExceeded) { // chainsawd is slow, and may have taken it
		keep = a.spool.PutAlone
	}
	if err := keep(ctx, r); err != nil {
		return fmt.Errorf("%w; %w", away, err)
	}
	return nil
}

func (a *attachment) describe(failure error) report.Report {
	r := report.New(a.variant.String())
	r.Pod = a.pod
	r.ContainerID = a.args.ContainerID
	r.Netns = filepath.Base(a.args.Netns)
	r.Network = a.config.Name
	r.Interface = a.args.IfName
	r.Note = a.note
	for _, ran := range a.ran {
		r.Commands = append(r.Commands, describe(ran))
	}
	if failure != nil {
		r.Error = cnierror.ToCNI(failure).Msg
	}
	return r
}

func describe(ran runner.Ran) report.Command {
	c := report.Asked(ran.Origin.String(), ran.Text)
	c.Verdict = report.Allowed
	if refused(ran) {
		c.Verdict = report.Refused
		c.Reason = reason(ran.Err)
	}
	if expanded := strings.Join(ran.Words, " "); strings.Contains(ran.Text, "CURRENT_") {
		c.Expanded = redact.Text(expanded)
	}
	if ran.Command.Class != 0 {
		c.Run = ran.Command.Redacted()
	}
	if o := ran.Outcome; o != nil {
		c.ExitCode, c.TimedOut, c.Duration = &o.ExitCode, o.TimedOut, o.Duration
		if o.Signal != 0 {
			c.Signal = o.Signal.String()
		}
		c.Dropped = o.Stdout.Dropped + o.Stderr.Dropped
		c.SetOutput(ran.Command.Object, o.Stdout.Kept, o.Stderr.Kept)
	}
	return c
}

// reason leaves out the command and its origin, which a report has anyway.
func reason(err error) string {
	if violation, ok := errors.AsType[*device.Violation](err); ok {
		return violation.Error()
	}
	return err.Error()
}

// refused tells a command that was not let run, by the judge or by the state
// of its devices, from one that ran and failed.
func refused(ran runner.Ran) bool { return ran.Err != nil && ran.Outcome == nil }
