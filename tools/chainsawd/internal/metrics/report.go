package metrics

import (
	"cmp"
	"strings"

	"github.com/chainsaw-cni/chainsaw/shared/cnierror"
	"github.com/chainsaw-cni/chainsaw/shared/report"
	"github.com/chainsaw-cni/chainsaw/shared/variant"
)

// other is the label for what is not known here: a plugin of another release.
const other = "other"

// Printed counts what a report tells, once it is out.
func (m *Metrics) Printed(r report.Report) {
	attempts := float64(1 + max(0, r.Repeats))
	m.adds.WithLabelValues(variantOf(r), outcomeOf(r)).Add(attempts)
	m.lost.Add(float64(max(0, r.Lost.Node)))
	for _, c := range r.Commands {
		switch {
		case c.Verdict == report.Refused:
			m.refusals.WithLabelValues(reasonOf(c)).Add(attempts)
		case c.Ran():
			m.durations.WithLabelValues(endOf(c)).Observe(c.Duration.Seconds())
		}
	}
}

// presetReports makes every series of the reports' figures begin at zero: a rate
// does not see the step from nothing to one.
func (m *Metrics) presetReports() {
	for _, v := range variant.All {
		m.adds.WithLabelValues(v.String(), succeeded)
		for _, outcome := range failures {
			m.adds.WithLabelValues(v.String(), outcome)
		}
	}
	for _, reason := range []string{"rules", "node-policy", "variant", "command", "device"} {
		m.refusals.WithLabelValues(reason)
	}
	for _, end := range []string{succeeded, "failed", "timed-out"} {
		m.durations.WithLabelValues(end)
	}
}

func variantOf(r report.Report) string {
	if _, known := variant.Parse(r.Variant); known {
		return r.Variant
	}
	return other
}

const succeeded = "ok"

// failures are the outcomes of an ADD that failed.
var failures = map[cnierror.Code]string{
	cnierror.TryAgainLater: "not-looked-up",
	cnierror.NotAvailable:  "not-available",
	cnierror.Refused:       "refused",
	cnierror.CommandFailed: "failed",
	cnierror.TimedOut:      "timed-out",
	cnierror.Malformed:     "malformed",
	cnierror.NoSuchPod:     "no-pod",
}

func outcomeOf(r report.Report) string {
	if r.Error == "" {
		return succeeded
	}
	return cmp.Or(failures[cnierror.CodeOf(r.Error)], other)
}

// reasons are how the sentences of package judge begin; what is left was
// refused by package ipcmd, for what it is, or by package device, for where.
var reasons = []struct{ begins, reason string }{
	{"the rules of this network", "rules"},
	{"the node's policy", "node-policy"},
	{"it changes the netns, and chainsaw-inspect", "variant"},
	{"-resolve asks name servers, and chainsaw-inspect", "variant"},
}

// reasonOf is by the state of devices where the command was understood, and
// allowed by all that its words say.
func reasonOf(c report.Command) string {
	for _, r := range reasons {
		if strings.HasPrefix(c.Reason, r.begins) {
			return r.reason
		}
	}
	if c.Run == "" {
		return "command"
	}
	return "device"
}

func endOf(c report.Command) string {
	switch {
	case c.TimedOut:
		return "timed-out"
	case c.Signal != "" || *c.ExitCode != 0:
		return "failed"
	}
	return succeeded
}
