package node

import (
	"context"
	"errors"

	"golang.org/x/sync/errgroup"

	"github.com/chainsaw-cni/chainsaw/tools/chainsawd/internal/annotations"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawd/internal/events"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawd/internal/kubeapi"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawd/internal/kubeconfig"
)

var (
	errNoName      = errors.New("say with --node-name, or in NODE_NAME, which node of the cluster this is")
	errNoPodItself = errors.New("--write-kubeconfig needs the token of a pod, and this is none")
)

// cluster is what chainsawd is to Kubernetes.
type cluster struct {
	pods   *annotations.Source
	events *events.Recorder
	token  *kubeconfig.Writer // nil unless opted in
}

// connect prepares the cluster's part. It asks the API server nothing yet, and
// is nil outside of Kubernetes: podman's containers have no annotations.
func (n *node) connect() (*cluster, error) {
	account, err := kubeapi.InPod()
	switch {
	case errors.Is(err, kubeapi.ErrNotInPod) && n.WriteKubeconfig:
		return nil, errNoPodItself
	case errors.Is(err, kubeapi.ErrNotInPod):
		n.Log.Warn("pods cannot be looked up, and get no events", "why", err)
		return nil, nil
	case err != nil:
		return nil, err
	case n.Name == "":
		return nil, errNoName
	}
	api, err := kubeapi.Connect(account, func(r kubeapi.Request) { n.metrics.Requested(r.Verb, r.Status) })
	if err != nil {
		return nil, err
	}
	var c cluster
	c.events, err = events.New(events.Config{
		API: api, Node: n.Name, Log: n.Log,
		Observe: func(o events.Outcome) { n.metrics.Event(string(o)) },
	})
	if err != nil {
		return nil, err
	}
	c.pods, err = annotations.New(annotations.Config{
		API: api, Node: n.Name, Log: n.Log,
		LookedUp: func(o annotations.Outcome) { n.metrics.LookedUp(string(o)) },
		Changed:  c.events.Changed,
	})
	if err != nil {
		return nil, err
	}
	if n.WriteKubeconfig {
		c.token = &kubeconfig.Writer{Account: account, Path: kubeconfig.Paths("/")[0], Log: n.Log, Observe: n.metrics.Kubeconfig}
	}
	return &c, nil
}

// withdrawKubeconfig is for a node whose chainsawd wrote one when it was told to. It
// finds nothing where the daemon set does not mount the folder any more.
func (n *node) withdrawKubeconfig() {
	path := kubeconfig.Paths("/")[0]
	removed, err := kubeconfig.Remove(path)
	switch {
	case err != nil:
		n.Log.Warn("a kubeconfig of an earlier chainsawd may be left on the node", "error", err)
	case removed:
		n.Log.Info("removed the kubeconfig that an earlier chainsawd wrote", "path", path)
	}
}

// start needs no API server that answers.
func (c *cluster) start(ctx context.Context, group *errgroup.Group) {
	group.Go(func() error { return c.pods.Run(ctx) })
	group.Go(func() error { return c.events.Run(ctx) })
	if c.token != nil {
		group.Go(func() error { return c.token.Run(ctx) })
	}
}
