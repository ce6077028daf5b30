package backlog

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chainsaw-cni/chainsaw/shared/pod"
	"github.com/chainsaw-cni/chainsaw/shared/report"
	"github.com/chainsaw-cni/chainsaw/shared/rootowned/rootownedtest"
	"github.com/chainsaw-cni/chainsaw/shared/spool"
)

func put(t *testing.T, dir, name string) {
	t.Helper()
	r := report.New("chainsaw")
	r.Pod = pod.Ref{Namespace: "default", Name: name}
	if err := (spool.Spool{Dir: dir}).Put(t.Context(), r); err != nil {
		t.Fatal(err)
	}
}

// start empties the spool with handle until the test ends.
func start(t *testing.T, dir string, logger *slog.Logger, handle func(report.Report) error) *Backlog {
	t.Helper()
	b := New(dir, func(_ context.Context, r report.Report) error { return handle(r) }, logger)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- b.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return b
}

func next(t *testing.T, printed <-chan string) string {
	t.Helper()
	select {
	case name := <-printed:
		return name
	case <-time.After(30 * time.Second):
		t.Fatal("nothing was printed")
		return ""
	}
}

func TestEmptiesWhatWasThereInOrderAndWhatLandsLater(t *testing.T) {
	dir := filepath.Join(rootownedtest.Folder(t), "spool")
	put(t, dir, "a")
	put(t, dir, "b")
	printed := make(chan string, 10)
	b := start(t, dir, slog.New(slog.DiscardHandler), func(r report.Report) error {
		printed <- r.Pod.Name
		return nil
	})
	<-b.Looked()
	if got := next(t, printed) + next(t, printed); got != "ab" {
		t.Errorf("printed in the order %q", got)
	}
	put(t, dir, "c")
	if got := next(t, printed); got != "c" {
		t.Errorf("what landed later is %q", got)
	}
}

func TestWhatCannotBePrintedStaysAndIsSaidOnce(t *testing.T) {
	dir := filepath.Join(rootownedtest.Folder(t), "spool")
	put(t, dir, "a")
	var log bytes.Buffer
	refuse := errors.New("the output is not being read")
	tried := make(chan string)
	b := New(dir, func(_ context.Context, r report.Report) error { tried <- r.Pod.Name; return refuse }, slog.New(slog.NewTextHandler(&log, nil)))
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { _ = b.Run(ctx) })
	next(t, tried)
	<-b.Looked() // though nothing came out: look-ups and live reports must go on
	for _, name := range []string{"b", "c"} {
		put(t, dir, name)
		next(t, tried)
	}
	cancel()
	running.Wait()
	if n := strings.Count(log.String(), "stay in the spool"); n != 1 {
		t.Errorf("said %d times:\n%s", n, log.String())
	}
}
