package main

import (
	"errors"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/chainsaw-cni/chainsaw/shared/apihelper"
	"github.com/chainsaw-cni/chainsaw/shared/daemon"
	"github.com/chainsaw-cni/chainsaw/tools/internal/apiserver"
)

var advice = apiserver.Advice{
	Unauthorized: "the kubeconfig's credentials (Unauthorized): renew them",
	Forbidden:    `the kubeconfig's user may not get this pod: grant it "get" on pods`,
}

var errNoPod = errors.New("the API server knows no such pod") // the caller names it

// explain says in one sentence why there is no metadata, and what to do.
func explain(err error) *apihelper.Failure {
	switch {
	case errors.Is(err, errKubeconfig):
		return failure(apihelper.CodeKubeconfig, err)
	case errors.Is(err, daemon.ErrNoPod):
		return failure(apihelper.CodeNoPod, errNoPod)
	case apierrors.IsUnauthorized(err), apierrors.IsForbidden(err):
		return failure(apihelper.CodeKubeconfig, advice.Explain(err))
	}
	return failure(apihelper.CodeUnavailable, advice.Explain(err))
}

func failure(code string, why error) *apihelper.Failure {
	return &apihelper.Failure{Code: code, Message: why.Error()}
}
