package try

import (
	"context"
	"fmt"
	"sync"

	"github.com/chainsaw-cni/chainsaw/shared/daemon"
	"github.com/chainsaw-cni/chainsaw/shared/pod"
	"github.com/chainsaw-cni/chainsaw/shared/report"
)

// chainsawd plays the node's daemon: it knows the pods of the files, and keeps
// the reports until they are shown.
type chainsawd struct {
	pods []sandbox

	mu      sync.Mutex
	reports []report.Report
}

// startChainsawd listens where the plugins look for it. It serves as long as
// the scratch host lives.
func startChainsawd(ctx context.Context, pods []sandbox) (*chainsawd, error) {
	listener, err := daemon.Listen(daemon.SocketPath)
	if err != nil {
		return nil, err
	}
	d := &chainsawd{pods: pods}
	go func() { _ = daemon.Serve(ctx, listener, d) }() // to a plugin it is away, then
	return d, nil
}

// Metadata answers a look-up.
func (d *chainsawd) Metadata(_ context.Context, ref pod.Ref) (daemon.Metadata, error) {
	for _, s := range d.pods {
		if s.Pod.Namespace == ref.Namespace && s.Pod.Name == ref.Name {
			return daemon.Metadata{UID: s.Pod.UID, Annotations: s.Annotations}, nil
		}
	}
	return daemon.Metadata{}, fmt.Errorf("%w in the files: %s", daemon.ErrNoPod, ref)
}

// Report takes a report over.
func (d *chainsawd) Report(_ context.Context, r report.Report) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.reports = append(d.reports, r)
	return nil
}

// take returns the reports that have come since it was last called. A plugin
// ends only after its report was taken over.
func (d *chainsawd) take() []report.Report {
	d.mu.Lock()
	defer d.mu.Unlock()
	reports := d.reports
	d.reports = nil
	return reports
}
