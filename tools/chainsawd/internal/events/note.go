package events

import (
	"cmp"
	"fmt"
	"strings"

	core "k8s.io/api/core/v1"

	"github.com/chainsaw-cni/chainsaw/shared/cnierror"
	"github.com/chainsaw-cni/chainsaw/shared/escape"
	"github.com/chainsaw-cni/chainsaw/shared/pod"
	"github.com/chainsaw-cni/chainsaw/shared/report"
)

// note is what an event says.
type note struct{ kind, reason, message string }

// changed is true of a pod without a sandbox yet, too: metadata does not tell.
var changed = note{core.EventTypeNormal, "AnnotationChanged", "the annotation " + pod.CommandsAnnotation +
	" has changed; commands run only when a sandbox is made, so this applies to the pod's next sandbox and not to one that is running"}

// reasons of an ADD that failed.
var reasons = map[cnierror.Code]string{
	cnierror.TryAgainLater: "LookupFailed",
	cnierror.Refused:       "CommandsRefused",
	cnierror.CommandFailed: "CommandFailed",
	cnierror.TimedOut:      "CommandFailed",
	cnierror.Malformed:     "CommandsMalformed",
}

// notes are what the report says about things that went wrong.
func notes(r report.Report) (all []note) {
	warn := func(reason, message string) {
		all = append(all, note{core.EventTypeWarning, reason, cut(r.Interface + ": " + message)})
	}
	if r.Error != "" {
		code := cnierror.CodeOf(r.Error)
		if code == cnierror.NoSuchPod {
			return nil // nobody could see it
		}
		warn(cmp.Or(reasons[code], "CommandsNotRun"), r.Error)
		return all
	}
	if r.Note != "" {
		warn("LookupFailed", r.Note)
	}
	if text := failures(r.Commands); text != "" {
		warn("CommandFailed", text)
	}
	return all
}

// failures tells of the first command that failed and how many more did. An event
// for each could be 64 for one ADD.
func failures(commands []report.Command) string {
	var failed []int
	for i, c := range commands {
		if failure(c) != "" {
			failed = append(failed, i)
		}
	}
	if len(failed) == 0 {
		return ""
	}
	more := ""
	if n := len(failed) - 1; n > 0 {
		more = fmt.Sprintf(" (and %d more)", n)
	}
	first := commands[failed[0]]
	return fmt.Sprintf("command %d of %d%s failed, and the network lets the pod start without it: `%s` (%s) %s",
		failed[0]+1, len(commands), more, cmp.Or(first.Expanded, first.Text), first.Origin, failure(first))
}

// failure says how a command ended, and "" of one that ended well.
func failure(c report.Command) string {
	switch {
	case c.TimedOut:
		return fmt.Sprintf("ran longer than %v and was ended", c.Duration)
	case c.Signal != "":
		return "was ended by a signal (" + c.Signal + ")"
	case c.ExitCode != nil && *c.ExitCode != 0:
		return fmt.Sprintf("ended with exit code %d%s", *c.ExitCode, lastLine(c.Stderr))
	}
	return ""
}

func lastLine(stderr string) string {
	stderr = strings.TrimSpace(stderr)
	line := stderr[strings.LastIndexByte(stderr, '\n')+1:]
	if line == "" {
		return ""
	}
	return ": " + line
}

// cut keeps what kubectl prints within what an event may have, with room for
// what client-go writes before an aggregated one, and steers no terminal.
func cut(message string) string {
	const limit = 1024 - len("(combined from similar events): ") - len("...")
	return escape.Cut(escape.Text(message), limit)
}
