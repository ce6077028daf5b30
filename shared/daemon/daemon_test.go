package daemon

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chainsaw-cni/chainsaw/shared/pod"
	"github.com/chainsaw-cni/chainsaw/shared/report"
	"github.com/chainsaw-cni/chainsaw/shared/rootowned/rootownedtest"
)

var web = pod.Ref{Namespace: "default", Name: "web-0", UID: "6f1c9a52"}

// chainsawd is a Handler that knows some pods.
type chainsawd struct {
	pods map[string]Metadata
	err  error
	// When set, every call sends on entered and waits for leave or its context.
	entered, leave chan struct{}

	mu      sync.Mutex
	reports []report.Report
}

func (d *chainsawd) Metadata(ctx context.Context, ref pod.Ref) (Metadata, error) {
	if err := d.hold(ctx); err != nil {
		return Metadata{}, err
	}
	metadata, found := d.pods[ref.String()]
	if !found {
		return Metadata{}, fmt.Errorf("%w: %s is not on this node", ErrNoPod, ref)
	}
	return metadata, d.err
}

func (d *chainsawd) Report(ctx context.Context, r report.Report) error {
	if err := d.hold(ctx); err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.reports = append(d.reports, r)
	return d.err
}

func (d *chainsawd) hold(ctx context.Context) error {
	if d.entered == nil {
		return nil
	}
	d.entered <- struct{}{}
	select {
	case <-d.leave:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// socket is a path for a socket in a folder that rootowned trusts.
func socket(t testing.TB) string {
	t.Helper()
	return filepath.Join(rootownedtest.Folder(t), "d.sock")
}

// start serves until the test ends and returns a client.
func start(t *testing.T, handler Handler) Client {
	t.Helper()
	path := socket(t)
	listener, err := Listen(path)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- Serve(ctx, listener, handler) }()
	t.Cleanup(func() {
		cancel()
		if err := <-served; err != nil {
			t.Errorf("Serve: %v", err)
		}
	})
	return Client{Path: path, patience: time.Minute}
}

func TestMetadata(t *testing.T) {
	commands := strings.Repeat(`["ip route"]`+"\x01", 20_000)
	client := start(t, &chainsawd{pods: map[string]Metadata{web.String(): {UID: "u", Annotations: map[string]string{
		pod.CommandsAnnotation: commands, pod.MirrorAnnotation: "m", "example.com/password": "secret",
	}}}})
	t.Run("of a pod, only the annotations that concern us", func(t *testing.T) {
		got, err := client.Metadata(t.Context(), web)
		want := map[string]string{pod.CommandsAnnotation: commands, pod.MirrorAnnotation: "m"}
		if err != nil || got.UID != "u" || !maps.Equal(got.Annotations, want) {
			t.Errorf("got %.100v, %v", got, err)
		}
	})
	t.Run("of a pod that is not there", func(t *testing.T) {
		_, err := client.Metadata(t.Context(), pod.Ref{Namespace: "a", Name: "b"})
		want := "asking chainsawd for pod a/b: there is no such pod: a/b is not on this node"
		if !errors.Is(err, ErrNoPod) || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	})
	t.Run("of what is no pod's name", func(t *testing.T) {
		if _, err := client.Metadata(t.Context(), pod.Ref{Namespace: "a", Name: "../b"}); !errors.Is(err, ErrUnavailable) {
			t.Errorf("got %v, want ErrUnavailable", err)
		}
	})
}

func TestMetadataWhenTheDaemonCannotTell(t *testing.T) {
	client := start(t, &chainsawd{pods: map[string]Metadata{web.String(): {}}, err: errors.New("the API server does not answer")})
	_, err := client.Metadata(t.Context(), web)
	if !errors.Is(err, ErrUnavailable) || !strings.HasSuffix(err.Error(), ": the API server does not answer") {
		t.Errorf("got %v", err)
	}
}

func TestReportArrives(t *testing.T) {
	daemon := &chainsawd{}
	client := start(t, daemon)
	exit := 2
	sent := report.New("chainsaw")
	sent.Pod = web
	sent.Commands = []report.Command{{Text: "link", ExitCode: &exit, Stdout: strings.Repeat("\x01<\u202e ip", 30_000)}}
	if err := client.Report(t.Context(), sent); err != nil {
		t.Fatal(err)
	}
	if len(daemon.reports) != 1 || !reflect.DeepEqual(daemon.reports[0], sent) {
		t.Errorf("%d reports arrived, or not as they were sent", len(daemon.reports))
	}
}

func TestReportThatIsTooLarge(t *testing.T) {
	daemon := &chainsawd{}
	client := start(t, daemon)
	sent := report.New("chainsaw")
	sent.Note = strings.Repeat("x", maxRequest)
	if err := client.Report(t.Context(), sent); !errors.Is(err, ErrUnavailable) || len(daemon.reports) != 0 {
		t.Errorf("got %v and %d reports; want ErrUnavailable and none", err, len(daemon.reports))
	}
}

func TestTwoHundredPluginsAtOnce(t *testing.T) {
	daemon := &chainsawd{pods: map[string]Metadata{web.String(): {UID: "u"}}}
	client := start(t, daemon)
	errs := make(chan error, 400)
	var plugins sync.WaitGroup
	for range 200 {
		plugins.Go(func() {
			_, err := client.Metadata(t.Context(), web)
			errs <- err
			errs <- client.Report(t.Context(), report.New("chainsaw"))
		})
	}
	plugins.Wait()
	for range cap(errs) {
		if err := <-errs; err != nil {
			t.Fatal(err)
		}
	}
	if len(daemon.reports) != 200 {
		t.Errorf("%d of 200 reports arrived", len(daemon.reports))
	}
}

func TestServeEndsWhatIsUnderWay(t *testing.T) {
	daemon := &chainsawd{entered: make(chan struct{}), leave: make(chan struct{})}
	path := socket(t)
	listener, err := Listen(path)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	served, sent := make(chan error, 1), make(chan error, 1)
	go func() { served <- Serve(ctx, listener, daemon) }()
	client := Client{Path: path}
	go func() { sent <- client.Report(t.Context(), report.New("chainsaw")) }()
	<-daemon.entered
	cancel()
	close(daemon.leave)
	if err := <-served; err != nil {
		t.Errorf("Serve: %v", err)
	}
	if err := <-sent; err != nil {
		t.Errorf("the report under way was torn: %v", err)
	}
	if _, err := client.Metadata(t.Context(), web); !errors.Is(err, ErrAway) {
		t.Errorf("after the end: %v, want ErrAway", err)
	}
}

func TestServeTellsOfABrokenListener(t *testing.T) {
	listener, err := Listen(socket(t))
	if err != nil {
		t.Fatal(err)
	}
	listener.Close()
	if err := Serve(t.Context(), listener, &chainsawd{}); !errors.Is(err, net.ErrClosed) {
		t.Errorf("got %v, want net.ErrClosed", err)
	}
}

// BenchmarkMetadata is a look-up from a cache, what chainsawd costs an ADD.
func BenchmarkMetadata(b *testing.B) {
	path := socket(b)
	listener, err := Listen(path)
	if err != nil {
		b.Fatal(err)
	}
	go Serve(b.Context(), listener, &chainsawd{pods: map[string]Metadata{web.String(): {UID: "u"}}})
	for b.Loop() {
		if _, err := (Client{Path: path}).Metadata(b.Context(), web); err != nil {
			b.Fatal(err)
		}
	}
}
