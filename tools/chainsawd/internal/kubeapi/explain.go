package kubeapi

import "github.com/chainsaw-cni/chainsaw/tools/internal/apiserver"

var advice = apiserver.Advice{
	Unauthorized: "chainsawd's token (Unauthorized): if that lasts, see that chainsawd's ServiceAccount is there and delete its pod",
	Forbidden:    "the API server does not let chainsawd do this: bind the role of its deployment to its ServiceAccount",
}

// Explain says in a clause what is wrong with the API server or with chainsawd,
// and what to do. It keeps err.
func Explain(err error) error { return advice.Explain(err) }
