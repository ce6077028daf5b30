package install

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestRunPutsBackButTakesItsTime fights with somebody who removes a plugin as
// soon as it is there.
func TestRunPutsBackButTakesItsTime(t *testing.T) {
	n := newNode(t)
	n.mustApply(t)
	restored := make(chan time.Time, 100)
	n.Observe = func(path string, change Change) {
		if path != n.plugin() {
			return
		}
		if change == Restored {
			restored <- time.Now()
		}
		_ = os.Remove(path)
	}
	ended := make(chan error)
	go func() { ended <- n.Run(t.Context()) }()
	t.Cleanup(func() { <-ended })

	next := func() time.Time {
		t.Helper()
		select {
		case at := <-restored:
			return at
		case <-time.After(10 * time.Second):
			t.Fatal("nobody put it back")
			return time.Time{}
		}
	}
	first := next()
	if rest := next().Sub(first); rest < shortestRest {
		t.Errorf("it was put back again after %v: want a rest of %v", rest, shortestRest)
	}
}

// TestRunTellsWhatEachLookCameTo puts a folder in a plugin's place, which no
// rename replaces, and takes it away again.
func TestRunTellsWhatEachLookCameTo(t *testing.T) {
	n := newNode(t)
	n.mustApply(t)
	looked := make(chan error, 100)
	n.Looked = func(err error) { looked <- err }
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- n.Run(ctx) }()
	t.Cleanup(func() { cancel(); <-ended })

	next := func(failed bool) {
		t.Helper()
		limit := time.After(10 * time.Second)
		for {
			select {
			case err := <-looked:
				if (err != nil) == failed {
					return
				}
			case <-limit:
				t.Fatalf("no look that failed: %t", failed)
			}
		}
	}
	next(false)
	if err := errors.Join(os.Remove(n.plugin()), os.MkdirAll(filepath.Join(n.plugin(), "in-the-way"), 0o700)); err != nil {
		t.Fatal(err)
	}
	next(true)
	if err := os.RemoveAll(n.plugin()); err != nil {
		t.Fatal(err)
	}
	next(false)
}

func TestPace(t *testing.T) {
	var p pace
	now := time.Now()
	if rest := p.rest(now, false); rest != 0 {
		t.Errorf("%v after a look with nothing to do", rest)
	}
	want := []time.Duration{1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300}
	for i, seconds := range want {
		if got := p.rest(now, true); got != seconds*time.Second {
			t.Errorf("rest %d is %v: want %ds", i, got, seconds)
		}
		if p.fighting() != (i >= fightFrom-1) {
			t.Errorf("fighting after %d: %v", i+1, p.fighting())
		}
		now = now.Add(want[i] * time.Second)
		p.rest(now, false) // one quiet look is no peace
	}
	now = now.Add(2*longestRest + time.Second)
	if got := p.rest(now, true); got != time.Second || p.fighting() {
		t.Errorf("%v after a long peace", got)
	}
}
