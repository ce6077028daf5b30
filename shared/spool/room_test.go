package spool

import (
	"fmt"
	"slices"
	"testing"

	"github.com/chainsaw-cni/chainsaw/shared/report"
)

func TestAPodKeepsToItsShareAndTheLossIsSaid(t *testing.T) {
	s := fresh(t)
	s.maxFiles = 8 * 3
	quiet := about("quiet", 0)
	put(t, s, quiet)
	for n := range 10 {
		put(t, s, about("loud", n))
	}
	got := drain(t, s)
	var texts []string
	for _, r := range got {
		texts = append(texts, r.Commands[0].Text)
	}
	if want := []string{"route 0", "route 7", "route 8", "route 9"}; !slices.Equal(texts, want) {
		t.Fatalf("kept %v, want %v", texts, want)
	}
	if want := (report.Lost{Node: 7}); got[0].Lost != want {
		t.Errorf("the quiet pod's report says %+v, want %+v", got[0].Lost, want)
	}
	if want := (report.Lost{Pod: 7}); got[1].Lost != want {
		t.Errorf("the loud pod's first report says %+v, want %+v", got[1].Lost, want)
	}
	if got[2].Lost != (report.Lost{}) || got[3].Lost != (report.Lost{}) {
		t.Errorf("losses are said twice: %+v, %+v", got[2].Lost, got[3].Lost)
	}
}

func TestWhoeverTakesTheMostGivesWay(t *testing.T) {
	s := fresh(t)
	s.maxFiles = 16
	put(t, s, about("victim", 1))
	for n := range 10 {
		for i := range 2 {
			put(t, s, about(fmt.Sprint("crowd-", n), i))
		}
	}
	got := drain(t, s)
	if len(got) != 16 || got[0].Pod.Name != "victim" {
		t.Errorf("%d reports, the first of %s", len(got), got[0].Pod.Name)
	}
}

func TestBytesAreBoundedToo(t *testing.T) {
	s := fresh(t)
	s.maxBytes = 8 * 4000
	for n := range 20 {
		r := about(fmt.Sprint("pod-", n), n)
		r.Note = string(make([]byte, 500)) // 3000 bytes of JSON
		put(t, s, r)
	}
	f, err := s.withDefaults().open()
	if err != nil {
		t.Fatal(err)
	}
	defer f.close()
	entries, _, err := f.list()
	_, total := tally(entries)
	if err != nil || total.bytes > s.maxBytes || total.bytes < s.maxBytes*3/4 {
		t.Errorf("%d bytes are kept of %d, %v", total.bytes, s.maxBytes, err)
	}
}

func TestMakeRoom(t *testing.T) {
	s := Spool{maxBytes: 800, maxFiles: 80}
	of := func(pod string, sizes ...int64) (entries []entry) {
		for i, size := range sizes {
			entries = append(entries, entry{name: fmt.Sprint(pod, i), pod: pod, size: size})
		}
		return entries
	}
	full := slices.Concat(of("a", 100), of("b", 100), of("c", 100), of("d", 100), of("e", 100), of("f", 50, 50), of("g", 100), of("h", 90))
	for name, test := range map[string]struct {
		entries []entry
		pod     string
		size    int64
		want    []string
	}{
		"nothing there":                     {nil, "a", 100, nil},
		"nothing there, larger than all":    {nil, "a", 1000, nil},
		"room enough":                       {of("a", 10, 20), "a", 70, nil},
		"the share is full":                 {of("a", 10, 20, 60), "a", 30, []string{"a0", "a1"}},
		"a report as large as the share":    {of("a", 10, 20, 60), "a", 100, []string{"a0", "a1", "a2"}},
		"others' shares do not count":       {of("b", 100), "a", 100, nil},
		"all is full: the oldest of equals": {full, "z", 20, []string{"a0"}},
		"all is full: several":              {full, "z", 100, []string{"a0"}},
		"own share before the others":       {full, "f", 10, []string{"f0"}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, e := range s.makeRoom(test.entries, test.pod, test.size) {
				got = append(got, e.name)
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

func TestLossesStayBounded(t *testing.T) {
	var l losses
	for n := range maxPods + 10 {
		l.add(entry{pod: fmt.Sprint(n)})
	}
	if len(l.Pods) != maxPods || l.Node != maxPods+10 {
		t.Errorf("%d pods, %d in all", len(l.Pods), l.Node)
	}
	l.forgetAllBut([]entry{{pod: "3"}})
	if len(l.Pods) != 1 || l.Node != maxPods+10 {
		t.Errorf("%d pods, %d in all", len(l.Pods), l.Node)
	}
}

// BenchmarkPut tells what an ADD pays, in an empty and in a full spool.
func BenchmarkPut(b *testing.B) {
	for _, n := range []int{0, defaultMaxFiles} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			s := fresh(b)
			for i := range n {
				put(b, s, about(fmt.Sprint("pod-", i), i))
			}
			for i := 0; b.Loop(); i++ {
				put(b, s, about("last", i))
			}
		})
	}
}
