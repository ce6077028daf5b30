package metrics

import (
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chainsaw-cni/chainsaw/shared/judge"
	"github.com/chainsaw-cni/chainsaw/shared/merge"
	"github.com/chainsaw-cni/chainsaw/shared/nodepolicy"
	"github.com/chainsaw-cni/chainsaw/shared/report"
	"github.com/chainsaw-cni/chainsaw/shared/variant"
	"github.com/chainsaw-cni/chainsaw/shared/wish"
)

// want reads the figures and looks for these lines.
func want(t *testing.T, m *Metrics, lines ...string) {
	t.Helper()
	answer := httptest.NewRecorder()
	m.Handler().ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(), "GET", "/metrics", nil))
	figures := strings.Split(answer.Body.String(), "\n")
	for _, line := range lines {
		if !slices.Contains(figures, line) {
			t.Errorf("there is no line %q in\n%s", line, strings.Join(figures, "\n"))
		}
	}
}

func TestReportCounts(t *testing.T) {
	m := New(t.TempDir())
	one, zero := 1, 0
	m.Printed(report.Report{Variant: "chainsaw", Commands: []report.Command{
		{Verdict: report.Allowed, ExitCode: &zero, Duration: 2 * time.Millisecond},
		{Verdict: report.Allowed, ExitCode: &one},
		{Verdict: report.Allowed, TimedOut: true, Duration: time.Minute},
		{Verdict: report.Allowed}, // not run
	}})
	m.Printed(report.Report{Variant: "chainsaw", Error: "chainsaw(101): `ip route` failed", Repeats: 2, Lost: report.Lost{Node: 5}})
	m.Printed(report.Report{Variant: "of-a-later-release", Error: "chainsaw(999): a fault"})
	want(t, m,
		`chainsaw_adds_total{outcome="ok",variant="chainsaw"} 1`,
		`chainsaw_adds_total{outcome="failed",variant="chainsaw"} 3`,
		`chainsaw_adds_total{outcome="refused",variant="chainsaw-filter"} 0`,
		`chainsaw_adds_total{outcome="other",variant="other"} 1`,
		`chainsaw_command_duration_seconds_count{outcome="ok"} 1`,
		`chainsaw_command_duration_seconds_count{outcome="failed"} 1`,
		`chainsaw_command_duration_seconds_bucket{outcome="timed-out",le="30"} 0`,
		`chainsaw_lost_reports_total 5`,
	)
}

// TestReasonsAreThoseOfTheJudge holds the table against the sentences that the
// real judge makes.
func TestReasonsAreThoseOfTheJudge(t *testing.T) {
	rules := func(variant string) nodepolicy.Cap {
		policy, err := nodepolicy.Decode([]byte(`{"caps": [{"namespaces": ["*"], "variant": "` + variant + `", "rules": [{"allow": "read"}]}]}`))
		if err != nil {
			t.Fatal(err)
		}
		return policy.Caps[0]
	}
	for _, test := range []struct {
		reason, command string
		judge           judge.Judge
	}{
		{"command", "ip netns list", judge.Judge{Variant: variant.Exec}},
		{"variant", "ip link del net1", judge.Judge{Variant: variant.Inspect}},
		{"variant", "ip -r route", judge.Judge{Variant: variant.Inspect}},
		{"rules", "ip link del net1", judge.Judge{Variant: variant.Filter}},
		{"node-policy", "ip link del net1", judge.Judge{Variant: variant.Exec, Caps: []nodepolicy.Cap{rules("chainsaw")}}},
		{"node-policy", "ip link del net1", judge.Judge{Variant: variant.Exec, Caps: []nodepolicy.Cap{rules("chainsaw-inspect")}}},
	} {
		t.Run(test.reason+": "+test.command, func(t *testing.T) {
			test.judge.Tokens = noTokens{}
			judged, err := test.judge.All([]merge.Line{{Text: test.command, Origin: merge.Origin{Source: wish.PodAnnotation, Number: 1}}})
			if err == nil {
				t.Fatal("it was let through")
			}
			c := report.Command{Verdict: report.Refused, Reason: judged[0].Err.Error()}
			if judged[0].Command.Class != 0 {
				c.Run = judged[0].Command.String()
			}
			m := New(t.TempDir())
			m.Printed(report.Report{Variant: "chainsaw", Commands: []report.Command{c}})
			want(t, m, `chainsaw_refused_commands_total{reason="`+test.reason+`"} 1`)
		})
	}
}

type noTokens struct{}

func (noTokens) Expand(word string) (string, error) { return word, nil }

func (noTokens) ExpandAll(words []string) ([]string, error) { return words, nil }

func TestSpoolIsMeasuredWhenAsked(t *testing.T) {
	dir := t.TempDir()
	m := New(filepath.Join(dir, "none"))
	want(t, m, "chainsaw_spool_reports 0")
	m = New(dir)
	for name, content := range map[string]string{"a.json": "12", "b.json": "345", "lock": "", "lost": "{}"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want(t, m, "chainsaw_spool_reports 2", "chainsaw_spool_bytes 5")
}

func TestObservers(t *testing.T) {
	m := New(t.TempDir())
	m.Installed("/opt/cni/bin/chainsaw", true, true)
	m.Installed("/opt/cni/bin/chainsaw", false, false)
	m.Policy([]string{"applied", "kept"}, "kept")
	m.Report("socket", os.ErrDeadlineExceeded)
	m.Owns()
	want(t, m,
		`chainsaw_installed{file="/opt/cni/bin/chainsaw"} 0`,
		`chainsaw_restored_files_total{file="/opt/cni/bin/chainsaw"} 1`,
		`chainsaw_policy_state{state="applied"} 0`,
		`chainsaw_policy_state{state="kept"} 1`,
		`chainsaw_reports_total{outcome="failed",way="socket"} 1`,
		`chainsaw_owner 1`,
	)
}
