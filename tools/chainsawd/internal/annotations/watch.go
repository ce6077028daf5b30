package annotations

import (
	"context"
	"log/slog"
	"sync/atomic"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/tools/cache"

	"github.com/chainsaw-cni/chainsaw/shared/daemon"
	"github.com/chainsaw-cni/chainsaw/shared/pod"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawd/internal/kubeapi"
)

// follower lists and watches the pods of a node.
type follower struct {
	pods metadata.Getter
	node string
	log  *slog.Logger

	broken atomic.Bool
}

func (f *follower) informer(changed func(pod.Ref)) (cache.SharedIndexInformer, error) {
	informer := cache.NewSharedIndexInformer(
		&cache.ListWatch{ListWithContextFunc: f.list, WatchFuncWithContext: f.watch},
		&metav1.PartialObjectMetadata{}, 0, cache.Indexers{},
	)
	if err := informer.SetTransform(reduce); err != nil {
		return nil, err
	}
	// What goes wrong has been said by then, once and not at each attempt.
	quiet := func(context.Context, *cache.Reflector, error) {}
	if err := informer.SetWatchErrorHandlerWithContext(quiet); err != nil {
		return nil, err
	}
	if changed == nil {
		return informer, nil
	}
	_, err := informer.AddEventHandler(cache.ResourceEventHandlerFuncs{UpdateFunc: whenChanged(changed)})
	return informer, err
}

func (f *follower) list(ctx context.Context, options metav1.ListOptions) (runtime.Object, error) {
	list, err := f.pods.List(ctx, f.ofThisNode(options))
	f.note(ctx, err)
	return list, err
}

func (f *follower) watch(ctx context.Context, options metav1.ListOptions) (watch.Interface, error) {
	stream, err := f.pods.Watch(ctx, f.ofThisNode(options))
	f.note(ctx, err)
	return stream, err
}

func (f *follower) ofThisNode(options metav1.ListOptions) metav1.ListOptions {
	options.FieldSelector = fields.OneTermEqualSelector("spec.nodeName", f.node).String()
	return options
}

// note says when the watch breaks off and when it is back.
func (f *follower) note(ctx context.Context, err error) {
	switch {
	case ctx.Err() != nil:
	case err != nil && !f.broken.Swap(true):
		f.log.Warn("cannot watch this node's pods; those that are known are answered for, each other pod is asked for", "error", kubeapi.Explain(err))
	case err == nil && f.broken.Swap(false):
		f.log.Info("watches this node's pods again")
	}
}

// whenChanged passes over pods that have only been listed again, and over a
// pod that has come in the place of another.
func whenChanged(changed func(pod.Ref)) func(before, after any) {
	return func(before, after any) {
		old, _ := kept(before)
		now, ok := kept(after)
		was, had := old.Annotations[pod.CommandsAnnotation]
		is, has := now.Annotations[pod.CommandsAnnotation]
		if !ok || old.UID != now.UID || was == is && had == has {
			return
		}
		object, _ := after.(*metav1.PartialObjectMetadata)
		changed(pod.Ref{Namespace: object.Namespace, Name: object.Name, UID: now.UID})
	}
}

// reduce leaves of a pod's metadata what is answered, before it is stored: a
// pod may bring a quarter of a megabyte of other people's annotations.
func reduce(object any) (any, error) {
	whole, ok := object.(*metav1.PartialObjectMetadata)
	if !ok {
		return object, nil // a deletion that was missed
	}
	return &metav1.PartialObjectMetadata{ObjectMeta: metav1.ObjectMeta{
		Namespace:       whole.Namespace,
		Name:            whole.Name,
		UID:             whole.UID,
		ResourceVersion: whole.ResourceVersion,
		Annotations:     pod.OurAnnotations(whole.Annotations),
	}}, nil
}

// kept is what the cache has of a pod.
func kept(object any) (daemon.Metadata, bool) {
	found, ok := object.(*metav1.PartialObjectMetadata)
	if !ok {
		return daemon.Metadata{}, false
	}
	return daemon.Metadata{UID: string(found.UID), Annotations: found.Annotations}, true
}
