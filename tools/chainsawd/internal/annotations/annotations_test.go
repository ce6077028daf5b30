package annotations

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chainsaw-cni/chainsaw/shared/daemon"
	"github.com/chainsaw-cni/chainsaw/shared/pod"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawd/internal/kubeapi/kubeapitest"
)

const node = "node-1"

var web = kubeapitest.Pod{Namespace: "default", Name: "web-0", UID: "6f1c", Node: node, Annotations: map[string]string{
	pod.CommandsAnnotation: `["ip route"]`,
}}

func refTo(p kubeapitest.Pod) pod.Ref {
	return pod.Ref{Namespace: p.Namespace, Name: p.Name, UID: p.UID}
}

// watcher is a Source with what it told.
type watcher struct {
	*Source

	mu       sync.Mutex
	outcomes []Outcome
	changed  []pod.Ref
}

func newSource(t *testing.T, server *kubeapitest.Server) *watcher {
	t.Helper()
	w := &watcher{}
	source, err := New(Config{
		API: server.Connect(), Node: node, Log: slog.New(slog.DiscardHandler),
		LookedUp: func(o Outcome) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.outcomes = append(w.outcomes, o)
		},
		Changed: func(ref pod.Ref) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.changed = append(w.changed, ref)
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	w.Source = source
	w.asker.patience = time.Minute // this machine may be busy
	return w
}

// run keeps the source up to date until the test ends.
func (w *watcher) run(t *testing.T) *watcher {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { ended <- w.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return w
}

// watching is a source that knows the server's pods and hears of more.
func watching(t *testing.T, server *kubeapitest.Server) *watcher {
	t.Helper()
	w := newSource(t, server).run(t)
	kubeapitest.Await(t, "a watch", func() bool { return w.Synced() && server.Watches() == 1 })
	return w
}

func (w *watcher) knows(p kubeapitest.Pod) bool {
	found, ok := w.cached(refTo(p))
	return ok && maps.Equal(found.Annotations, pod.OurAnnotations(p.Annotations))
}

func (w *watcher) ask(t *testing.T, ref pod.Ref, want Outcome) daemon.Metadata {
	t.Helper()
	found, outcome, err := w.find(t.Context(), ref)
	if outcome != want {
		t.Errorf("looking up %s: %s, %.100v, %v; want %s", ref, outcome, found, err, want)
	}
	return found
}

func TestKnownPodsCostNoRequest(t *testing.T) {
	server := kubeapitest.Start(t)
	static := kubeapitest.Pod{Namespace: "kube-system", Name: "etcd", UID: "mirror", Node: node, Annotations: map[string]string{pod.MirrorAnnotation: "hash"}}
	later := kubeapitest.Pod{Namespace: "default", Name: "later", UID: "l", Node: node}
	server.Put(web)
	server.Put(static)
	source := watching(t, server)
	server.Put(later)
	kubeapitest.Await(t, "the later pod", func() bool { return source.knows(later) })

	for _, ref := range []pod.Ref{refTo(web), refTo(later), refTo(static), {Namespace: "kube-system", Name: "etcd", UID: "hash"}} {
		source.ask(t, ref, FromCache)
	}
	if got := source.ask(t, refTo(web), FromCache); got.UID != web.UID || !maps.Equal(got.Annotations, web.Annotations) {
		t.Errorf("got %v", got)
	}
	if server.Requests("get 200") != 0 {
		t.Error("a known pod was asked for")
	}
}

func TestOtherPodsAreAskedFor(t *testing.T) {
	server := kubeapitest.Start(t)
	server.Put(web)
	source := watching(t, server)
	elsewhere := web
	elsewhere.Name, elsewhere.Node = "elsewhere", "node-2"
	server.Put(elsewhere)
	for name, test := range map[string]struct {
		ref  pod.Ref
		want Outcome
	}{
		"of an old runtime, which tells no UID": {pod.Ref{Namespace: "default", Name: "web-0"}, FromGet},
		"that had the name before":              {pod.Ref{Namespace: "default", Name: "web-0", UID: "older"}, FromGet},
		"of another node":                       {refTo(elsewhere), FromGet},
		"that are not there":                    {pod.Ref{Namespace: "default", Name: "web-1", UID: "x"}, NoPod},
	} {
		t.Run(name, func(t *testing.T) { source.ask(t, test.ref, test.want) })
	}
	t.Run("and said not to be there", func(t *testing.T) {
		_, err := source.Metadata(t.Context(), pod.Ref{Namespace: "default", Name: "web-1", UID: "x"})
		if !errors.Is(err, daemon.ErrNoPod) || !slices.Equal(source.outcomes, []Outcome{NoPod}) {
			t.Errorf("got %v, want ErrNoPod; counted as %v", err, source.outcomes)
		}
	})
}

func TestPodRemadeUnderTheSameName(t *testing.T) {
	server := kubeapitest.Start(t)
	server.Put(web)
	source := watching(t, server)
	remade := web
	remade.UID, remade.Annotations = "new", map[string]string{pod.CommandsAnnotation: `["ip addr"]`}
	server.Hide(func(pods map[string]kubeapitest.Pod) { pods["default/web-0"] = remade })

	if got := source.ask(t, refTo(remade), FromGet); got.UID != "new" || got.Annotations[pod.CommandsAnnotation] != `["ip addr"]` {
		t.Errorf("before the watch tells of it: %v", got)
	}
	server.Delete(web)
	server.Put(remade)
	kubeapitest.Await(t, "the new pod", func() bool { return source.knows(remade) })
	source.ask(t, refTo(remade), FromCache)
	if len(source.changed) != 0 {
		t.Errorf("another pod is no change of this one: %v", source.changed)
	}
}

func TestAnswersBeforeItHasRun(t *testing.T) {
	server := kubeapitest.Start(t)
	server.Put(web)
	newSource(t, server).ask(t, refTo(web), FromGet)
}

func TestAskersOfAFullNode(t *testing.T) {
	server := kubeapitest.Start(t)
	source := newSource(t, server)
	var askers sync.WaitGroup
	for i := range 200 {
		one := web
		one.Name = fmt.Sprintf("web-%d", i)
		server.Put(one)
		askers.Go(func() { source.ask(t, refTo(one), FromGet) })
	}
	askers.Wait()
	if got := server.Requests("get 200"); got != 200 {
		t.Errorf("%d requests for 200 pods", got)
	}
}

func TestChanged(t *testing.T) {
	server := kubeapitest.Start(t)
	server.Put(web)
	source := watching(t, server)
	// A change that is told comes after one that is not, so that the count shows both.
	change := func(annotations ...map[string]string) {
		t.Helper()
		before := len(source.heard())
		for _, a := range annotations {
			changed := web
			changed.Annotations = a
			server.Put(changed)
		}
		kubeapitest.Await(t, "word of a change", func() bool { return len(source.heard()) > before })
		if got := source.heard()[before:]; len(got) != 1 || got[0] != refTo(web) {
			t.Errorf("told of %v", got)
		}
	}
	commands := func(text string) map[string]string { return map[string]string{pod.CommandsAnnotation: text} }
	change(commands("[]"))
	change(map[string]string{pod.CommandsAnnotation: "[]", "example.com/x": "1"}, commands("ip link"))
	change(nil)
	change(map[string]string{"example.com/x": "1"}, commands(""))

	t.Run("is not told by a restart of the watch", func(t *testing.T) {
		server.Set(kubeapitest.Faults{Gone: true})
		server.CutWatches()
		kubeapitest.Await(t, "another list", func() bool { return server.Requests("list 200") == 2 && server.Watches() == 1 })
		change(commands("ip addr"))
	})
}

func (w *watcher) heard() []pod.Ref {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]pod.Ref(nil), w.changed...)
}

func TestReduceKeepsOnlyWhatIsAnswered(t *testing.T) {
	server := kubeapitest.Start(t)
	large := web
	large.Annotations = map[string]string{pod.CommandsAnnotation: strings.Repeat("<\x01é", 50_000), "example.com/other": strings.Repeat("x", 100_000)}
	server.Put(large)
	source := watching(t, server)
	got := source.ask(t, refTo(large), FromCache)
	if !maps.Equal(got.Annotations, map[string]string{pod.CommandsAnnotation: large.Annotations[pod.CommandsAnnotation]}) {
		t.Errorf("kept %d annotations", len(got.Annotations))
	}
}

func TestAnswersInTime(t *testing.T) {
	server := kubeapitest.Start(t)
	source := newSource(t, server)
	server.Set(kubeapitest.Faults{Hang: true})
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for name, test := range map[string]struct {
		ctx      context.Context
		patience time.Duration
	}{
		"of its own":     {t.Context(), soon},
		"of the asker's": {ended, time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			source.asker.patience = test.patience
			if _, err := source.Metadata(test.ctx, refTo(web)); !errors.Is(err, errSlow) {
				t.Errorf("got %v", err)
			}
		})
	}
}
