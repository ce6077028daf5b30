package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/chainsaw-cni/chainsaw/shared/apihelper"
)

// explain says in one sentence why there is no metadata, and what to do.
func explain(err error) *apihelper.Failure {
	transport, unreachable := errors.AsType[*url.Error](err)
	switch {
	case errors.Is(err, errKubeconfig):
		return failure(apihelper.CodeKubeconfig, "%v", err)
	case isNoPod(err):
		return failure(apihelper.CodeNoPod, "the API server knows no such pod")
	case apierrors.IsUnauthorized(err):
		return failure(apihelper.CodeKubeconfig, "the API server does not accept the kubeconfig's credentials (Unauthorized): renew them")
	case apierrors.IsForbidden(err):
		return failure(apihelper.CodeKubeconfig, "the kubeconfig's user may not get this pod: grant it \"get\" on pods (%v)", err)
	case errors.Is(err, context.DeadlineExceeded):
		return failure(apihelper.CodeUnavailable, "the API server did not answer within %v", timeout)
	case unreachable:
		return failure(apihelper.CodeUnavailable, "the API server cannot be reached: %v", transport.Err)
	default:
		return failure(apihelper.CodeUnavailable, "the API server's answer is of no use: %v", err)
	}
}

func failure(code, format string, args ...any) *apihelper.Failure {
	return &apihelper.Failure{Code: code, Message: fmt.Sprintf(format, args...)}
}

// isNoPod is the API server's own word on this pod. A proxy, or a server that
// is no Kubernetes, has a 404 too, and that must not read as "the pod is gone".
func isNoPod(err error) bool {
	return apierrors.IsNotFound(err) && !apierrors.HasStatusCause(err, metav1.CauseTypeUnexpectedServerResponse)
}
