package spool

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/chainsaw-cni/chainsaw/shared/flock"
	"github.com/chainsaw-cni/chainsaw/shared/pod"
	"github.com/chainsaw-cni/chainsaw/shared/report"
	"github.com/chainsaw-cni/chainsaw/shared/rootowned/rootownedtest"
)

// fresh is an empty spool in a folder that rootowned trusts.
func fresh(t testing.TB) Spool {
	t.Helper()
	return Spool{Dir: filepath.Join(rootownedtest.Folder(t), "lib", "spool"), patience: time.Minute}
}

// about is a report of a pod; n makes it differ from others.
func about(name string, n int) report.Report {
	r := report.New("chainsaw")
	r.Pod = pod.Ref{Namespace: "default", Name: name, UID: "u"}
	r.Network, r.Interface, r.ContainerID = "net", "net1", r.ID
	r.Commands = []report.Command{{Text: fmt.Sprint("route ", n), Verdict: report.Allowed, ExitCode: &n, Stdout: r.ID}}
	return r
}

func put(t testing.TB, s Spool, reports ...report.Report) {
	t.Helper()
	for _, r := range reports {
		if err := s.Put(context.Background(), r); err != nil {
			t.Fatal(err)
		}
	}
}

func drain(t testing.TB, s Spool) (got []report.Report) {
	t.Helper()
	err := s.Each(context.Background(), func(r report.Report) error {
		got = append(got, r)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func ids(reports []report.Report) (ids []string) {
	for _, r := range reports {
		ids = append(ids, r.ID)
	}
	return ids
}

// names lists what lies in the folder, but for the lock.
func names(t testing.TB, s Spool) (names []string) {
	t.Helper()
	files, err := os.ReadDir(s.Dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if f.Name() != lockFile {
			names = append(names, f.Name())
		}
	}
	return names
}

func TestReportsComeBackInOrder(t *testing.T) {
	s := fresh(t)
	var sent []report.Report
	for n := range 40 {
		sent = append(sent, about(fmt.Sprint("web-", n%7), n))
	}
	sent[5].Time = sent[5].Time.Add(-time.Hour) // a clock that jumps changes no order
	put(t, s, sent...)
	if got := drain(t, s); !reflect.DeepEqual(got, sent) {
		t.Errorf("got %v, want %v", ids(got), ids(sent))
	}
	if got := drain(t, s); len(got) != 0 {
		t.Errorf("again: %v", ids(got))
	}
	if left := names(t, s); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestEachOfAnEmptyNode(t *testing.T) {
	if got := drain(t, fresh(t)); len(got) != 0 {
		t.Errorf("got %v", got)
	}
}

func TestEachStopsAtAnErrorAndKeepsTheReport(t *testing.T) {
	s := fresh(t)
	put(t, s, about("a", 1), about("a", 2), about("a", 3))
	handled, broken := 0, errors.New("broken pipe")
	err := s.Each(t.Context(), func(report.Report) error {
		if handled++; handled == 2 {
			return broken
		}
		return nil
	})
	if !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	if got := drain(t, s); len(got) != 2 || got[0].Commands[0].Text != "route 2" {
		t.Errorf("left: %+v", got)
	}
}

func TestEachHeedsItsContext(t *testing.T) {
	s := fresh(t)
	put(t, s, about("a", 1), about("a", 2))
	ctx, cancel := context.WithCancel(t.Context())
	err := s.Each(ctx, func(report.Report) error { cancel(); return nil })
	if !errors.Is(err, context.Canceled) || len(names(t, s)) != 1 {
		t.Errorf("got %v with %v left", err, names(t, s))
	}
}

func TestRepeatsAreFolded(t *testing.T) {
	s := fresh(t)
	other := about("b", 1)
	put(t, s, about("a", 1), other, about("a", 1))
	last := about("a", 1) // another sandbox, another time, another output
	put(t, s, last)
	got := drain(t, s)
	if want := []string{other.ID, last.ID}; !slices.Equal(ids(got), want) {
		t.Fatalf("got %v, want %v", ids(got), want)
	}
	if got[0].Repeats != 0 || got[1].Repeats != 2 {
		t.Errorf("repeats are %d and %d, want 0 and 2", got[0].Repeats, got[1].Repeats)
	}
}

func TestWhatDiffersIsNotFolded(t *testing.T) {
	for name, change := range map[string]func(*report.Report){
		"the pod":           func(r *report.Report) { r.Pod.Name = "b" },
		"the pod's UID":     func(r *report.Report) { r.Pod.UID = "v" },
		"the interface":     func(r *report.Report) { r.Interface = "net2" },
		"the network":       func(r *report.Report) { r.Network = "other" },
		"the variant":       func(r *report.Report) { r.Variant = "chainsaw-filter" },
		"a command":         func(r *report.Report) { r.Commands[0].Text = "addr" },
		"the verdict":       func(r *report.Report) { r.Commands[0].Verdict = report.Refused },
		"the exit code":     func(r *report.Report) { r.Commands[0].ExitCode = new(int) },
		"the way it failed": func(r *report.Report) { r.Error = "chainsaw(104): there is no such pod" },
		"the time limit":    func(r *report.Report) { r.Commands[0].TimedOut = true },
		"another sandbox of no pod": func(r *report.Report) {
			r.Pod = pod.Ref{}
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := fresh(t)
			a, b := about("a", 1), about("a", 1)
			change(&b)
			if !b.Pod.Named() {
				a.Pod = b.Pod
			}
			put(t, s, a, b)
			if got := drain(t, s); len(got) != 2 || got[1].Repeats != 0 {
				t.Errorf("got %d reports", len(got))
			}
		})
	}
}

func TestFilesAreRootsAloneAndNamelessOfPods(t *testing.T) {
	s := fresh(t)
	r := about("../../etc/passwd", 1)
	r.Pod.Namespace, r.ID = "/etc", "../../../x"
	put(t, s, r)
	for _, name := range names(t, s) {
		info, err := os.Stat(filepath.Join(s.Dir, name))
		if err != nil || info.Mode() != 0o600 {
			t.Errorf("%v, %v", info.Mode(), err)
		}
		if strings.ContainsAny(strings.TrimSuffix(name, ".json"), "./") {
			t.Errorf("named %s", name)
		}
	}
	if info, err := os.Stat(s.Dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the folder: %v, %v", info.Mode(), err)
	}
	if got := drain(t, s); len(got) != 1 {
		t.Errorf("%d reports", len(got))
	}
}

func TestRefusesAFolderThatIsNotRoots(t *testing.T) {
	s := fresh(t)
	put(t, s, about("a", 1))
	if err := os.Chmod(filepath.Dir(s.Dir), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := s.Put(t.Context(), about("a", 2)); err == nil || !strings.Contains(err.Error(), "chmod go-w") {
		t.Errorf("Put: %v", err)
	}
	if err := s.Each(t.Context(), func(report.Report) error { return nil }); err == nil {
		t.Error("Each: no error")
	}
}

func TestTightensTheFoldersMode(t *testing.T) {
	s := fresh(t)
	if err := os.MkdirAll(s.Dir, 0o755); err != nil {
		t.Fatal(err)
	}
	put(t, s, about("a", 1))
	if info, err := os.Stat(s.Dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
}

func TestRefusesAReportThatNobodyWouldRead(t *testing.T) {
	s := fresh(t)
	r := about("a", 1)
	r.Note = strings.Repeat("x", report.MaxBytes)
	if err := s.Put(t.Context(), r); err == nil || len(names(t, s)) != 0 {
		t.Errorf("got %v and %v", err, names(t, s))
	}
}

func TestPutWaitsNoLongerThanItsPatience(t *testing.T) {
	s := fresh(t)
	s.patience = 0 // the real one
	put(t, s, about("a", 1))
	holder, err := os.Open(filepath.Join(s.Dir, lockFile))
	if err != nil {
		t.Fatal(err)
	}
	defer holder.Close()
	if err := flock.Do(holder, unix.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	err = s.Put(t.Context(), about("a", 2))
	if took := time.Since(began); !errors.Is(err, context.DeadlineExceeded) || took > 20*Patience {
		t.Errorf("got %v after %v", err, took)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Put(ctx, about("a", 2)); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want Canceled", err)
	}
	t.Run("and leaves no lock behind", func(t *testing.T) {
		if err := flock.Do(holder, unix.LOCK_UN); err != nil {
			t.Fatal(err)
		}
		s.patience = time.Minute
		put(t, s, about("a", 3))
	})
}
