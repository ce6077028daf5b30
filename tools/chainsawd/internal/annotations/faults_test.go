package annotations

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chainsaw-cni/chainsaw/shared/daemon"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawd/internal/kubeapi/kubeapitest"
)

// soon is the patience of who waits for a server that hangs.
const soon = 100 * time.Millisecond

// fails is a look-up of a pod that the cache does not have.
func (w *watcher) fails(t *testing.T, says string) {
	t.Helper()
	unknown := refTo(web)
	unknown.Name = "unknown"
	_, err := w.Metadata(t.Context(), unknown)
	if err == nil || errors.Is(err, daemon.ErrNoPod) || !strings.Contains(err.Error(), says) {
		t.Errorf("got %v, want an error with %q", err, says)
	}
}

// Known pods are answered for during any fault, and news come when it is over.
func TestFaults(t *testing.T) {
	set := func(f kubeapitest.Faults) func(*kubeapitest.Server) {
		return func(s *kubeapitest.Server) {
			s.Set(f)
			if f != (kubeapitest.Faults{Hang: true}) { // a server that hangs keeps its watches
				s.CutWatches()
			}
		}
	}
	for name, test := range map[string]struct {
		hurt, mend func(*kubeapitest.Server)
		says       string
		patience   time.Duration
	}{
		"a server that stops and starts": {
			(*kubeapitest.Server).Down, (*kubeapitest.Server).Up,
			"the API server cannot be reached: dial tcp", time.Minute,
		},
		"a server that hangs": {
			set(kubeapitest.Faults{Hang: true}), set(kubeapitest.Faults{}),
			"did not answer within", soon,
		},
		"a server that has forgotten the past": {
			set(kubeapitest.Faults{Hang: true, Gone: true}), set(kubeapitest.Faults{Gone: true}),
			"did not answer within", soon,
		},
		"a token that expires": {
			set(kubeapitest.Faults{Token: "second"}), func(s *kubeapitest.Server) { s.Renew("second") },
			"does not accept chainsawd's token", time.Minute,
		},
	} {
		t.Run(name, func(t *testing.T) {
			server := kubeapitest.Start(t)
			server.Put(web)
			source := watching(t, server)
			source.asker.patience = test.patience
			test.hurt(server)
			source.ask(t, refTo(web), FromCache)
			source.fails(t, test.says)
			test.mend(server)
			source.asker.patience = time.Minute
			source.recovers(t, server)
		})
	}
}

// recovers means that look-ups of pods which it missed succeed, and that it
// hears of pods again.
func (w *watcher) recovers(t *testing.T, server *kubeapitest.Server) {
	t.Helper()
	later := web
	later.Name = "later"
	server.Hide(func(pods map[string]kubeapitest.Pod) { pods["default/later"] = later })
	kubeapitest.Await(t, "an answer to a GET", func() bool {
		_, err := w.Metadata(t.Context(), refTo(later))
		return err == nil
	})
	kubeapitest.Await(t, "the watch", func() bool {
		server.Put(later)
		return w.knows(later)
	})
}

func TestHangingServerHoldsLittle(t *testing.T) {
	server := kubeapitest.Start(t)
	source := newSource(t, server)
	source.asker.patience = soon
	server.Set(kubeapitest.Faults{Hang: true})
	var askers sync.WaitGroup
	for i := range 10 * getsAtOnce {
		one := web
		one.Name = fmt.Sprintf("web-%d", i)
		askers.Go(func() { source.ask(t, refTo(one), Unavailable) })
	}
	askers.Wait()
	if got := server.Hanging(); got > getsAtOnce {
		t.Errorf("%d requests hang, want %d at most", got, getsAtOnce)
	}
}

func TestAskersOfOnePodShareARequest(t *testing.T) {
	server := kubeapitest.Start(t)
	server.Put(web)
	source := newSource(t, server)
	server.Set(kubeapitest.Faults{Hang: true})
	first := make(chan error)
	go func() {
		_, err := source.Metadata(t.Context(), refTo(web))
		first <- err
	}()
	kubeapitest.Await(t, "a request", func() bool { return server.Hanging() == 1 })

	hurried := source.asker
	hurried.patience = soon
	var askers sync.WaitGroup
	for range 200 {
		askers.Go(func() {
			if _, err := hurried.ask(t.Context(), refTo(web)); !errors.Is(err, errSlow) {
				t.Errorf("got %v", err)
			}
		})
	}
	askers.Wait()
	server.Set(kubeapitest.Faults{})
	if err := <-first; err != nil {
		t.Errorf("who waits longer gets the answer, not %v", err)
	}
	if got := server.Requests("get 200"); got != 1 {
		t.Errorf("%d requests, want 1", got)
	}
}
