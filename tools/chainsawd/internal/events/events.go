// Package events tells the owner of a pod, by Kubernetes Events on the pod,
// what went wrong with its commands, and that a changed annotation waits for
// the next sandbox. Events are a courtesy: equal ones are counted, a flood is
// thinned out, and when they cannot be sent they are dropped, not waited for.
//
// It prints no reports and decides nothing about them.
package events

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	core "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/record"

	"github.com/chainsaw-cni/chainsaw/shared/pod"
	"github.com/chainsaw-cni/chainsaw/shared/report"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawd/internal/kubeapi"
)

// Outcome is what became of an event.
type Outcome string

// The outcomes.
const (
	Sent    Outcome = "sent"    // created, or counted on an earlier one
	Spared  Outcome = "spared"  // there were many about this pod
	Dropped Outcome = "dropped" // too many waited for the API server
	Failed  Outcome = "failed"  // the API server was away, or did not take it
)

const (
	// queued events wait, of 3 KiB at most each, and share of them about one pod.
	queued = 256
	share  = 8
	// remembered events are counted on when they come again.
	remembered = 512
)

// Config is what a Recorder is made of.
type Config struct {
	API     *kubeapi.Connection
	Node    string
	Log     *slog.Logger
	Observe func(Outcome) // may be nil; must not block
}

// Recorder sends events. Those of its methods that record one never block.
type Recorder struct {
	config Config
	queue  chan *core.Event
	sender sender

	mu      sync.Mutex
	waiting map[types.UID]int // how many of the queue are about a pod
}

// New makes a Recorder.
func New(config Config) (*Recorder, error) {
	api, err := connect(config.API)
	if err != nil {
		return nil, fmt.Errorf("preparing to send events: %w", err)
	}
	if config.Observe == nil {
		config.Observe = func(Outcome) {}
	}
	return &Recorder{
		config:  config,
		queue:   make(chan *core.Event, queued),
		waiting: make(map[types.UID]int),
		sender: sender{
			api:        api,
			log:        config.Log,
			correlator: record.NewEventCorrelatorWithOptions(record.CorrelatorOptions{LRUCacheSize: remembered}),
			patience:   patience,
		},
	}, nil
}

// Run sends what is recorded until ctx is done. It returns nil.
func (r *Recorder) Run(ctx context.Context) error {
	for {
		select {
		case event := <-r.queue:
			r.left(event)
			r.config.Observe(r.sender.send(ctx, event))
		case <-ctx.Done():
			return nil
		}
	}
}

// Report records what the owner of the pod should know of an ADD: nothing if
// all went well, or if the report names no pod with a UID.
func (r *Recorder) Report(about report.Report) {
	for _, note := range notes(about) {
		r.record(about.Pod, about.Time, note)
	}
}

// Changed records that the pod's commands have changed after it was started.
func (r *Recorder) Changed(ref pod.Ref) { r.record(ref, time.Now(), changed) }

func (r *Recorder) record(ref pod.Ref, at time.Time, n note) {
	if ref.UID == "" || ref.Check() != nil { // podman, or an old runtime: an event needs a UID to be found by
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	event := newEvent(ref, r.config.Node, at, n)
	about := event.InvolvedObject.UID
	if r.waiting[about] == share {
		r.config.Observe(Spared)
		return
	}
	select {
	case r.queue <- event:
		r.waiting[about]++
	default:
		r.config.Observe(Dropped)
	}
}

// left makes room in a pod's share.
func (r *Recorder) left(event *core.Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	about := event.InvolvedObject.UID
	if r.waiting[about]--; r.waiting[about] == 0 {
		delete(r.waiting, about)
	}
}
