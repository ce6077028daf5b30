package attacks

import (
	"context"
	"sync"
	"testing"

	"github.com/chainsaw-cni/chainsaw/shared/daemon"
	"github.com/chainsaw-cni/chainsaw/shared/pod"
	"github.com/chainsaw-cni/chainsaw/shared/report"
)

const toPods = pod.CommandsAnnotation

// chainsawd plays the daemon: each pod has the same annotation.
type chainsawd struct {
	annotation string

	mu      sync.Mutex
	reports []report.Report
}

func (d *chainsawd) Metadata(context.Context, pod.Ref) (daemon.Metadata, error) {
	return daemon.Metadata{UID: podUID, Annotations: map[string]string{toPods: d.annotation}}, nil
}

func (d *chainsawd) Report(_ context.Context, r report.Report) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.reports = append(d.reports, r)
	return nil
}

// last is the report that came last.
func (d *chainsawd) last(t *testing.T) report.Report {
	t.Helper()
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.reports) == 0 {
		t.Fatal("no report arrived")
	}
	return d.reports[len(d.reports)-1]
}

// start serves on the built-in socket until the test ends.
func (d *chainsawd) start(t *testing.T) *chainsawd {
	t.Helper()
	listener, err := daemon.Listen(daemon.SocketPath)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- daemon.Serve(ctx, listener, d) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return d
}
