// Package annotations knows what this node's pods want of Chainsaw: their UID
// and the annotations that concern it, kept up to date by a watch on the
// metadata of this node's pods. A pod that it does not know yet costs one GET,
// however many ask for it meanwhile.
//
// It does not read commands, and the plugin that asks decides whether the pod
// which was found is the one that it meant.
//
// An answer out of the cache is as old as the watch is late: milliseconds, or
// what an outage of the API server has lasted. A pod has its annotations from
// its beginning, and its UID tells that it is the one, so lateness matters only
// to who changes the annotation of a pod that is being started. That change
// counts from the next sandbox on, as it would had it come a moment later.
package annotations

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"k8s.io/client-go/metadata"
	"k8s.io/client-go/tools/cache"

	"github.com/chainsaw-cni/chainsaw/shared/daemon"
	"github.com/chainsaw-cni/chainsaw/shared/pod"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawd/internal/kubeapi"
	"github.com/chainsaw-cni/chainsaw/tools/internal/apiserver"
)

// Outcome is how a look-up ended.
type Outcome string

// The outcomes. In steady state all are FromCache.
const (
	FromCache   Outcome = "cache"
	FromGet     Outcome = "get"
	NoPod       Outcome = "no-pod"
	Unavailable Outcome = "unavailable"
)

// What one node may ask of the API server. All of a full node's pods at once,
// when it boots, is no more than a burst.
const (
	getsPerSecond, getBurst      = 50, 250
	watchesPerSecond, watchBurst = 1, 10
)

// Config is what a Source is made of. The callbacks may be nil and must not block.
type Config struct {
	API  *kubeapi.Connection
	Node string // whose pods are watched
	Log  *slog.Logger

	LookedUp func(Outcome) // a look-up was answered
	Changed  func(pod.Ref) // the commands of a pod of this node are other ones than before
}

// Source answers look-ups. It is safe for concurrent use, before Run and
// without it, too.
type Source struct {
	asker    asker
	informer cache.SharedIndexInformer
	lookedUp func(Outcome)
}

// New makes a Source that knows nothing yet.
func New(config Config) (*Source, error) {
	asking, err := metadata.NewForConfigAndClient(config.API.Client(getsPerSecond, getBurst))
	if err != nil {
		return nil, fmt.Errorf("preparing to look pods up: %w", err)
	}
	watching, err := metadata.NewForConfigAndClient(config.API.Client(watchesPerSecond, watchBurst))
	if err != nil {
		return nil, fmt.Errorf("preparing to watch pods: %w", err)
	}
	following := &follower{pods: watching.Resource(apiserver.Pods), node: config.Node, log: config.Log}
	informer, err := following.informer(config.Changed)
	if err != nil {
		return nil, fmt.Errorf("preparing to watch pods: %w", err)
	}
	return &Source{asker: newAsker(asking.Resource(apiserver.Pods)), informer: informer, lookedUp: config.LookedUp}, nil
}

// Run keeps the Source up to date until ctx is done, through whatever the API
// server does. It returns nil.
func (s *Source) Run(ctx context.Context) error {
	s.informer.RunWithContext(ctx)
	return nil
}

// Synced reports whether the Source has seen all of the node's pods.
func (s *Source) Synced() bool { return s.informer.HasSynced() }

// Metadata is what a [daemon.Handler] answers to a look-up. It takes less time
// than the plugin waits.
func (s *Source) Metadata(ctx context.Context, ref pod.Ref) (daemon.Metadata, error) {
	found, outcome, err := s.find(ctx, ref)
	if s.lookedUp != nil {
		s.lookedUp(outcome)
	}
	return found, err
}

func (s *Source) find(ctx context.Context, ref pod.Ref) (daemon.Metadata, Outcome, error) {
	if found, ok := s.cached(ref); ok {
		return found, FromCache, nil
	}
	found, err := s.asker.ask(ctx, ref)
	switch {
	case err == nil:
		return found, FromGet, nil
	case errors.Is(err, daemon.ErrNoPod):
		return found, NoPod, err
	}
	return found, Unavailable, err
}

// cached answers only for the pod that is surely meant. Without a UID, which
// old runtimes do not tell, a pod of the same name may have taken its place.
func (s *Source) cached(ref pod.Ref) (daemon.Metadata, bool) {
	object, _, _ := s.informer.GetStore().GetByKey(ref.String())
	found, ok := kept(object)
	return found, ok && ref.UID != "" && ref.IsMeant(found.UID, found.Annotations)
}
