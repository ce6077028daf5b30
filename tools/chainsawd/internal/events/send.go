package events

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"time"

	core "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metainternal "k8s.io/apimachinery/pkg/apis/meta/internalversion/scheme"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/record"
	"k8s.io/client-go/tools/record/util"

	"github.com/chainsaw-cni/chainsaw/shared/pod"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawd/internal/kubeapi"
)

// A node whose pods all fail sends no more than this.
const perSecond, burst = 2, 25

// patience is for one attempt to send, and then until the next: an API server
// that restarts misses none, one that is away costs no more than it.
var patience = []time.Duration{5 * time.Second, 10 * time.Second, 20 * time.Second}

// connect makes a client without the types of all Kubernetes APIs, which would
// cost more memory than the rest of chainsawd.
func connect(connection *kubeapi.Connection) (*rest.RESTClient, error) {
	config, client := connection.Client(perSecond, burst)
	config.APIPath = "/api"
	config.GroupVersion = &schema.GroupVersion{Version: "v1"}
	config.NegotiatedSerializer = metainternal.Codecs.WithoutConversion()
	return rest.RESTClientForConfigAndClient(config, client)
}

func newEvent(ref pod.Ref, node string, at time.Time, n note) *core.Event {
	const component = "chainsawd"
	when := metav1.NewTime(at)
	return &core.Event{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: ref.Namespace,
			Name:      util.GenerateEventName(ref.Name, time.Now().UnixNano()),
		},
		InvolvedObject: core.ObjectReference{
			APIVersion: "v1", Kind: "Pod", Namespace: ref.Namespace, Name: ref.Name, UID: types.UID(ref.UID),
		},
		Type: n.kind, Reason: n.reason, Message: n.message, Count: 1,
		FirstTimestamp: when, LastTimestamp: when,
		Source:              core.EventSource{Component: component, Host: node},
		ReportingController: component, ReportingInstance: node,
	}
}

// sender is one goroutine's.
type sender struct {
	api        *rest.RESTClient
	log        *slog.Logger
	correlator *record.EventCorrelator
	patience   []time.Duration

	failing bool
}

// send creates the event or counts on an earlier one, unless there were many.
func (s *sender) send(ctx context.Context, event *core.Event) Outcome {
	correlated, err := s.correlator.EventCorrelate(event)
	if err == nil && correlated.Skip {
		return Spared
	}
	if err == nil {
		err = s.insist(ctx, correlated)
	}
	s.note(ctx, err)
	if err != nil {
		return Failed
	}
	return Sent
}

// insist tries again while a later attempt may do better.
func (s *sender) insist(ctx context.Context, event *record.EventCorrelateResult) (err error) {
	for _, patience := range s.patience {
		attempt, cancel := context.WithTimeout(ctx, patience)
		err = s.try(attempt, event)
		if err == nil || final(err) {
			cancel()
			return err
		}
		<-attempt.Done()
		cancel()
	}
	return err
}

// final tells the API server's own no from its troubles.
func final(err error) bool {
	status, ok := errors.AsType[*apierrors.StatusError](err)
	return ok && status.ErrStatus.Code < http.StatusInternalServerError && !apierrors.IsTooManyRequests(err) && !apierrors.IsUnauthorized(err)
}

func (s *sender) try(ctx context.Context, event *record.EventCorrelateResult) error {
	if event.Patch != nil {
		err := s.do(ctx, s.api.Patch(types.StrategicMergePatchType).Name(event.Event.Name), event.Event.Namespace, event.Patch)
		if !apierrors.IsNotFound(err) {
			return err
		}
	}
	event.Event.ResourceVersion = "" // of an event that has gone
	body, err := json.Marshal(event.Event)
	if err != nil {
		return err
	}
	return s.do(ctx, s.api.Post().SetHeader("Content-Type", "application/json"), event.Event.Namespace, body)
}

func (s *sender) do(ctx context.Context, request *rest.Request, namespace string, body []byte) error {
	answer, err := request.Namespace(namespace).Resource("events").Body(body).Do(ctx).Raw()
	if err != nil {
		return err
	}
	var event core.Event
	if err := json.Unmarshal(answer, &event); err != nil {
		return err
	}
	s.correlator.UpdateState(&event)
	return nil
}

// note says when events begin to fail and when they no longer do.
func (s *sender) note(ctx context.Context, err error) {
	switch {
	case ctx.Err() != nil:
	case err != nil && !s.failing:
		s.failing = true
		s.log.Warn("an event on a pod could not be sent; nothing but events is lost", "error", kubeapi.Explain(err))
	case err == nil && s.failing:
		s.failing = false
		s.log.Info("events are sent again")
	}
}
