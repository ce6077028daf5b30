package annotations

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sync/singleflight"
	"k8s.io/client-go/metadata"

	"github.com/chainsaw-cni/chainsaw/shared/daemon"
	"github.com/chainsaw-cni/chainsaw/shared/pod"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawd/internal/kubeapi"
	"github.com/chainsaw-cni/chainsaw/tools/internal/apiserver"
)

const (
	// patience is for a caller, who shall hear why there is no answer before it
	// gives up on chainsawd.
	patience = daemon.Timeout - 100*time.Millisecond
	// getTimeout is for a GET. It outlives the caller that caused it: the
	// runtime tries again, and its next attempt may find the answer under way.
	getTimeout = 5 * time.Second
	// getsAtOnce bounds what a hanging API server holds of ours.
	getsAtOnce = 16
)

var (
	errSlow = fmt.Errorf("this pod is not in chainsawd's cache, and the API server did not answer within %v", patience)
	errBusy = errors.New("this pod is not in chainsawd's cache, and too many others wait for the API server")
)

// asker makes the GETs: one at a time for a pod, few at a time for all.
type asker struct {
	pods     metadata.Getter
	flights  *singleflight.Group
	turns    chan struct{}
	patience time.Duration // tests may have more
}

func newAsker(pods metadata.Getter) asker {
	return asker{pods: pods, flights: new(singleflight.Group), turns: make(chan struct{}, getsAtOnce), patience: patience}
}

// ask waits for the answer that is under way, or asks for it.
func (a asker) ask(ctx context.Context, ref pod.Ref) (daemon.Metadata, error) {
	ctx, cancel := context.WithTimeout(ctx, a.patience)
	defer cancel()
	flight := a.flights.DoChan(ref.String()+" "+ref.UID, func() (any, error) { return a.fly(ref) })
	select {
	case landed := <-flight:
		found, _ := landed.Val.(daemon.Metadata)
		return found, landed.Err
	case <-ctx.Done():
		return daemon.Metadata{}, errSlow
	}
}

// fly belongs to no caller, so it has deadlines of its own.
func (a asker) fly(ref pod.Ref) (daemon.Metadata, error) {
	ctx, cancel := context.WithTimeout(context.Background(), getTimeout)
	defer cancel()
	select {
	case a.turns <- struct{}{}:
		defer func() { <-a.turns }()
	case <-time.After(a.patience): // who wanted it has gone
		return daemon.Metadata{}, errBusy
	}
	return a.get(ctx, ref)
}

// get asks about a pod of whichever node.
func (a asker) get(ctx context.Context, ref pod.Ref) (daemon.Metadata, error) {
	found, err := apiserver.Get(ctx, a.pods, ref)
	if err == nil || errors.Is(err, daemon.ErrNoPod) {
		return found, err
	}
	return daemon.Metadata{}, fmt.Errorf("this pod is not in chainsawd's cache, and %w", kubeapi.Explain(err))
}
