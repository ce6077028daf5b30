// Package apiserver is what chainsawd and chainsaw-lookup ask the API server
// alike: for the metadata of one pod. It also says in words what went wrong.
//
// How the API server is reached, and with whose token, is its callers' business.
package apiserver

import (
	"context"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/metadata"

	"github.com/chainsaw-cni/chainsaw/shared/daemon"
	"github.com/chainsaw-cni/chainsaw/shared/pod"
)

// Pods is the resource that they ask for.
var Pods = schema.GroupVersionResource{Version: "v1", Resource: "pods"}

// Get asks for a pod by one GET; the error is [daemon.ErrNoPod] if there is none.
// It does not accept an old state (resourceVersion 0): the pod that is looked for
// is seconds old. It may be another one of this name; its UID says who it is.
func Get(ctx context.Context, pods metadata.Getter, ref pod.Ref) (daemon.Metadata, error) {
	found, err := pods.Namespace(ref.Namespace).Get(ctx, ref.Name, metav1.GetOptions{})
	switch {
	case isNoPod(err):
		return daemon.Metadata{}, fmt.Errorf("%w: the API server does not know %s", daemon.ErrNoPod, ref)
	case err != nil:
		return daemon.Metadata{}, err
	}
	return daemon.Metadata{UID: string(found.UID), Annotations: pod.OurAnnotations(found.Annotations)}, nil
}

// isNoPod is the API server's own word on this pod. A proxy, or a server that
// is no Kubernetes, has a 404 too, and that must not read as "the pod is gone".
func isNoPod(err error) bool {
	return apierrors.IsNotFound(err) && !apierrors.HasStatusCause(err, metav1.CauseTypeUnexpectedServerResponse)
}
