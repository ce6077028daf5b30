package validate

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/finding"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/source"
)

// counter finds something in each Pod, and a last thing in the whole.
type counter struct {
	mu   sync.Mutex
	pods int
	each int
}

func (c *counter) Check(d source.Document) ([]finding.Finding, bool) {
	if d.Kind != "Pod" {
		return nil, false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.pods++
	var found []finding.Finding
	for i := range c.each {
		found = append(found, finding.Finding{Rule: "pod", Severity: finding.Warning, Message: fmt.Sprintf("#%04d", i), At: d.Root.Get("kind").Span()})
	}
	return found, true
}

func (*counter) Unread(err *source.Error) finding.Finding {
	return finding.Finding{Rule: strings.ReplaceAll(string(err.Problem), " ", "-"), Severity: finding.Error, Message: err.Error(), At: err.At}
}

func (c *counter) Finish() []finding.Finding {
	return []finding.Finding{{Rule: "across", Severity: finding.Error, Message: fmt.Sprintf("%d pods", c.pods), At: source.Span{File: &source.File{Name: "z"}}}}
}

const pod = "kind: Pod\nmetadata: {annotations: {k8s.v1.cni.cncf.io/networks: a}}\n"

func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func lines(r finding.Report, dir string) []string {
	var said []string
	for _, f := range r.Findings {
		name := strings.TrimPrefix(f.At.File.Name, dir+"/")
		if f.At.File.Text != nil {
			line, _ := f.At.File.Position(f.At.Start)
			name += fmt.Sprintf(":%d", line)
		}
		said = append(said, name+" "+f.Rule+" "+f.From)
	}
	return said
}

func TestRunCollectsInTheOrderOfPlaces(t *testing.T) {
	files := map[string]string{"broken.yaml": "chainsaw: [\n", "service.yaml": "kind: Service\n---\nkind: Service\n---\na: 1\n"}
	for i := range 20 {
		files[fmt.Sprintf("p%02d.yaml", i)] = pod + "---\n# Source: chart/pod.yaml\n" + pod
	}
	dir := folder(t, files)
	var want []string
	for range 5 {
		r, err := Run(t.Context(), []string{dir, filepath.Join(dir, "no-such")}, nil, &counter{each: 1}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if r.Documents != 40 || !reflect.DeepEqual(r.PassedOver, map[string]int{"Service": 2, "without a kind": 1}) {
			t.Errorf("%d documents, passed over %v", r.Documents, r.PassedOver)
		}
		got := lines(r, dir)
		if len(got) != 43 || !strings.HasPrefix(got[0], "broken.yaml:") || got[1] != "no-such unreadable " || got[2] != "p00.yaml:1 pod " || got[3] != "p00.yaml:5 pod chart/pod.yaml" || got[42] != "z across " {
			t.Errorf("the findings are\n%s", strings.Join(got, "\n"))
		}
		if want != nil && !reflect.DeepEqual(got, want) {
			t.Errorf("the second run found\n%q\nwant\n%q", got, want)
		}
		want = got
	}
}

func TestRunLeavesOutWhatIsIgnored(t *testing.T) {
	r, err := Run(t.Context(), []string{"-"}, strings.NewReader(pod), &counter{each: 1}, []string{"pod"})
	if err != nil || len(r.Findings) != 1 || r.Findings[0].Rule != "across" {
		t.Errorf("got %v, %v", r.Findings, err)
	}
}

func TestRunKeepsAThousandFindingsOfAFile(t *testing.T) {
	r, err := Run(t.Context(), []string{"-"}, strings.NewReader(pod), &counter{each: 5000}, nil)
	if err != nil || len(r.Findings) != maxFindings+1 || r.Findings[0].Message != "#0000" {
		t.Errorf("%d are kept, the first is %v (%v)", len(r.Findings), r.Findings[0], err)
	}
}

func TestRunEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Run(ctx, []string{folder(t, map[string]string{"a.yaml": pod})}, nil, &counter{}, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestFindingsDoNotHoldOnToWhatWasRead(t *testing.T) {
	stream := strings.NewReader(strings.Repeat(pod+"---\n", 100))
	report, err := Run(t.Context(), []string{"-"}, stream, &counter{each: 1}, nil)
	if err != nil || len(report.Findings) != 101 {
		t.Fatalf("%d findings, %v", len(report.Findings), err)
	}
	for i, f := range report.Findings[:100] {
		if line, _ := f.At.File.Position(f.At.Start); line != 3*i+1 || len(f.At.File.Text) > len(pod) {
			t.Errorf("finding %d is about line %d, and holds on to %d bytes", i, line, len(f.At.File.Text))
		}
	}
}
