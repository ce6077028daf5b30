package node

import (
	"context"
	"errors"
	"time"

	"github.com/chainsaw-cni/chainsaw/shared/daemon"
	"github.com/chainsaw-cni/chainsaw/shared/pod"
	"github.com/chainsaw-cni/chainsaw/shared/report"
)

// printing is how long a plugin is kept waiting for its report to be printed:
// less than its patience, so that it hears why it must use the spool.
const printing = 300 * time.Millisecond

var (
	errNoCluster   = errors.New("chainsawd runs outside of Kubernetes and knows no pods")
	errEarlierOnes = errors.New("chainsawd prints earlier reports first")
)

// handler answers the plugins.
type handler struct{ *node }

// Metadata looks a pod up.
func (h handler) Metadata(ctx context.Context, ref pod.Ref) (daemon.Metadata, error) {
	if h.cluster == nil {
		return daemon.Metadata{}, errNoCluster
	}
	return h.cluster.pods.Metadata(ctx, ref)
}

// Report returns nil once the report is out: until then it is the plugin's,
// which puts it in the spool. One that came before the spool was looked through
// would come out before its time, and goes there to wait its turn.
func (h handler) Report(ctx context.Context, r report.Report) error {
	err := errEarlierOnes
	select {
	case <-h.backlog.Looked():
		ctx, cancel := context.WithTimeout(ctx, printing)
		defer cancel()
		err = h.printer.Print(ctx, r)
	default:
	}
	h.metrics.Report("socket", err)
	return err
}

func (n *node) printSpooled(ctx context.Context, r report.Report) error {
	err := n.printer.Print(ctx, r)
	n.metrics.Report("spool", err)
	return err
}

// printed hears of each report once.
func (n *node) printed(r report.Report) {
	n.metrics.Printed(r)
	if n.cluster != nil {
		n.cluster.events.Report(r)
	}
}
