package finding

import (
	"testing"

	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/source"
)

func TestSortOrdersByPlaceAndDropsRepeats(t *testing.T) {
	a := &source.File{Name: "a.yaml", Text: []byte("one\ntwo\n")}
	b := &source.File{Name: "b.yaml", Text: []byte("one\n")}
	unread := &source.File{Name: "c.yaml"}
	at := func(f *source.File, start int, rule string) Finding {
		return Finding{Rule: rule, Severity: Error, Message: "m", At: source.Span{File: f, Start: start, End: start + 1}}
	}
	got := Sort([]Finding{at(unread, 0, "x"), at(b, 0, "x"), at(a, 4, "x"), at(a, 4, "w"), at(b, 0, "x"), at(a, 0, "x")})
	want := []Finding{at(a, 0, "x"), at(a, 4, "w"), at(a, 4, "x"), at(b, 0, "x"), at(unread, 0, "x")}
	if len(got) != len(want) {
		t.Fatalf("%d are left, want %d: %v", len(got), len(want), got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("#%d is %v, want %v", i, got[i], want[i])
		}
	}
}

func TestReportCounts(t *testing.T) {
	r := Report{Findings: []Finding{{Severity: Error}, {Severity: Warning}, {Severity: Error}}}
	if r.Count(Error) != 2 || r.Count(Warning) != 1 {
		t.Errorf("counted %d errors and %d warnings", r.Count(Error), r.Count(Warning))
	}
}
