package apihelper

import "github.com/chainsaw-cni/chainsaw/shared/daemon"

// Answer is the one JSON object that the helper writes to its standard output:
// the pod's metadata, or why there is none.
type Answer struct {
	daemon.Metadata
	Error *Failure `json:"error,omitempty"`
}

// Failure says in one sentence for people why there is no metadata.
type Failure struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

// The codes of a Failure. Only CodeNoPod says something about the pod; the
// others say that this node cannot tell.
const (
	CodeNoPod       = "no-pod"      // the API server knows no such pod
	CodeKubeconfig  = "kubeconfig"  // refused here, or its credentials by the API server
	CodeUnavailable = "unavailable" // the API server cannot be reached, or cannot say now
)
