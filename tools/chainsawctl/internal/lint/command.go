package lint

import (
	"errors"
	"strings"

	"github.com/chainsaw-cni/chainsaw/shared/cnierror"
	"github.com/chainsaw-cni/chainsaw/shared/ipcmd"
	"github.com/chainsaw-cni/chainsaw/shared/merge"
	"github.com/chainsaw-cni/chainsaw/shared/token"
	"github.com/chainsaw-cni/chainsaw/shared/variant"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/dryrun"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/source"
)

// command reports a command that was refused. A verdict that depends on a value
// which only the attachment has is no finding.
func (c *check) command(judged dryrun.Command, t source.Text, j dryrun.Judge, line merge.Line, where string) {
	if judged.Verdict != dryrun.Refused {
		return
	}
	id, at := refusal(judged, t, j, line)
	if !line.Origin.FromPod() && id != policyRefuses {
		where = "" // it is refused for every pod
	}
	c.add(id, at, "%s%s", where, judged.Reason)
}

func forPodsOf(namespace string) string { return "for the pods of the namespace " + namespace + " " }

// refusal is the rule that a refused command breaks, and the place: the word
// that is to blame, or else the command.
func refusal(judged dryrun.Command, t source.Text, j dryrun.Judge, line merge.Line) (id string, at source.Span) {
	at = whole(t)
	if judged.Word != nil {
		at = t.Span(judged.Word.Start, judged.Word.End)
	}
	if id, ofItself := byItself(judged); ofItself {
		if id == badToken {
			at = tokenPlace(t)
		}
		return id, at
	}
	j.Bounds.Caps = nil
	switch uncapped := j.All([]merge.Line{line})[0]; {
	case uncapped.Verdict != dryrun.Refused:
		return policyRefuses, at
	case j.Bounds.Variant == variant.Inspect:
		return readOnly, at
	}
	return rulesRefuse, at
}

// byItself is the rule of a command that is refused wherever it stands.
func byItself(judged dryrun.Command) (id string, ofItself bool) {
	if refusal, ok := errors.AsType[*ipcmd.Refusal](judged.Err); ok {
		if refusal.Reason == ipcmd.NotUnderstood || refusal.Reason == ipcmd.Malformed {
			return badCommand, true
		}
		return commandForbidden, true
	}
	coded, ok := errors.AsType[*cnierror.Error](judged.Err)
	return badToken, ok && coded.Code == cnierror.Malformed
}

// tokenPlace is where the first token stands that is none.
func tokenPlace(t source.Text) source.Span {
	const upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"
	for from := 0; ; {
		at := strings.Index(t.Value[from:], "CURRENT_")
		if at < 0 {
			return whole(t)
		}
		from += at
		size := len(t.Value[from:]) - len(strings.TrimLeft(t.Value[from:], upper))
		if token.Check(t.Value[from:from+size]) != nil {
			return t.Span(from, from+size)
		}
		from += size
	}
}
