package node

import (
	"context"
	"sync"
	"testing"

	"github.com/chainsaw-cni/chainsaw/shared/daemon"
	"github.com/chainsaw-cni/chainsaw/shared/pod"
	"github.com/chainsaw-cni/chainsaw/shared/report"
)

// Chainsawd plays the node's daemon on its built-in socket: it speaks the real
// protocol and has one pod. The real one follows in a release of its own.
type Chainsawd struct {
	Pod daemon.Metadata
	Err error // of each look-up, if not nil

	mu      sync.Mutex
	asked   []pod.Ref
	reports []report.Report
}

// Metadata answers a look-up.
func (d *Chainsawd) Metadata(_ context.Context, ref pod.Ref) (daemon.Metadata, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.asked = append(d.asked, ref)
	return d.Pod, d.Err
}

// Report takes a report.
func (d *Chainsawd) Report(_ context.Context, r report.Report) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.reports = append(d.reports, r)
	return nil
}

// Start serves until the test ends.
func (d *Chainsawd) Start(t *testing.T) *Chainsawd {
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

// Asked is how many look-ups there were.
func (d *Chainsawd) Asked() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.asked)
}

// Reports are those that came, in order; at least one.
func (d *Chainsawd) Reports(t *testing.T) []report.Report {
	t.Helper()
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.reports) == 0 {
		t.Fatal("no report arrived")
	}
	return d.reports
}

// Last is the report that came last.
func (d *Chainsawd) Last(t *testing.T) report.Report {
	t.Helper()
	all := d.Reports(t)
	return all[len(all)-1]
}
