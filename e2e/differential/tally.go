package differential

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/chainsaw-cni/chainsaw/shared/ipcmd"
)

// Tally counts verdicts.
type Tally struct {
	Lines, Reads, Changes int
	Violations            int // changes that package device refuses
	Accepted              int // by ip, without harm
	Harmful               int // refused lines that did harm
	refusals              map[ipcmd.Reason]int
	falseRefusals         map[string]*group
}

// A group has the lines that were refused with the same words.
type group struct {
	reason ipcmd.Reason
	text   string
	lines  []string
}

// Add counts a verdict.
func (t *Tally) Add(v Verdict) {
	t.Lines++
	if v.Accepted() {
		t.Accepted++
	}
	if v.Refusal != nil {
		t.addRefusal(v)
		return
	}
	if v.Command.Class == ipcmd.Read {
		t.Reads++
	} else {
		t.Changes++
	}
	if v.Effect.Violation != "" {
		t.Violations++
	}
}

var quoted = regexp.MustCompile(`"[^"]*"|\b\d+\b`)

func (t *Tally) addRefusal(v Verdict) {
	if t.refusals == nil {
		t.refusals, t.falseRefusals = map[ipcmd.Reason]int{}, map[string]*group{}
	}
	t.refusals[v.Refusal.Reason]++
	if v.Effect.Harmed() {
		t.Harmful++
	}
	if !v.Accepted() {
		return
	}
	text, _, _ := strings.Cut(quoted.ReplaceAllString(v.Refusal.Text, "_"), "; did you mean")
	g := t.falseRefusals[text]
	if g == nil {
		g = &group{reason: v.Refusal.Reason, text: text}
		t.falseRefusals[text] = g
	}
	g.lines = append(g.lines, v.Line)
}

// FalseRefusals returns how many lines ip takes and ipcmd refuses.
func (t *Tally) FalseRefusals() (n int) {
	for _, g := range t.falseRefusals {
		n += len(g.lines)
	}
	return n
}

// String is a report for people, with some lines of each kind of refusal.
func (t *Tally) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d lines: %d reads and %d changes let through (%d of them stopped by their devices)\n", t.Lines, t.Reads, t.Changes, t.Violations)
	for _, reason := range slices.Sorted(maps.Keys(t.refusals)) {
		fmt.Fprintf(&b, "%7d refused: %s\n", t.refusals[reason], reason)
	}
	fmt.Fprintf(&b, "%7d of the refused did harm\n", t.Harmful)
	fmt.Fprintf(&b, "ip takes %d without harm, and %d of them are refused (%.1f %%):\n",
		t.Accepted, t.FalseRefusals(), 100*float64(t.FalseRefusals())/float64(max(1, t.Accepted)))
	groups := slices.SortedFunc(maps.Values(t.falseRefusals), func(x, y *group) int {
		return cmp.Or(cmp.Compare(len(y.lines), len(x.lines)), strings.Compare(x.text, y.text))
	})
	for _, g := range groups {
		fmt.Fprintf(&b, "%7d %s: %s\n", len(g.lines), g.reason, g.text)
		for _, line := range g.lines[:min(3, len(g.lines))] {
			fmt.Fprintf(&b, "%12s%.150q\n", "", line)
		}
	}
	return b.String()
}
