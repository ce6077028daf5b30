// Package lookup finds what the pod asked for. It asks the places in order and
// stops at the first that has an answer: cni-args, the annotations that the
// runtime handed over, chainsawd, and the API server where an installation
// without chainsawd opted in.
//
// It reads no command; package wish understands the value that is found.
package lookup

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"

	"github.com/chainsaw-cni/chainsaw/shared/apihelper"
	"github.com/chainsaw-cni/chainsaw/shared/cnierror"
	"github.com/chainsaw-cni/chainsaw/shared/daemon"
	"github.com/chainsaw-cni/chainsaw/shared/netconf"
	"github.com/chainsaw-cni/chainsaw/shared/nodepolicy"
	"github.com/chainsaw-cni/chainsaw/shared/pod"
	"github.com/chainsaw-cni/chainsaw/shared/wish"
)

// Finder is the attachment for which commands are looked for.
type Finder struct {
	Config     netconf.Config
	Pod        pod.Ref
	Attachment wish.Attachment
	Socket     string // of chainsawd
	Kubeconfig string // "" when no installation opted in
}

// Find returns what the pod said about the attachment, and a note for the
// report when a network with an optional look-up goes on without.
func (f Finder) Find(ctx context.Context) (w wish.Wish, note string, err error) {
	switch {
	case f.Config.PodCommands == netconf.Ignore:
		return wish.Wish{}, "", nil
	case f.Config.CNIArgs != nil:
		w, err = wish.FromValue(f.Config.CNIArgs, f.Attachment)
		return w, "", malformed("cni-args", err)
	case !f.Pod.Named():
		return wish.Wish{}, "", nil
	case f.Config.PodAnnotations != nil:
		w, err = f.choose(f.Config.PodAnnotations)
		return w, "", err
	}
	metadata, err := f.metadata(ctx)
	if err != nil {
		return f.without(err)
	}
	w, err = f.choose(metadata.Annotations)
	return w, "", err
}

func (f Finder) choose(annotations map[string]string) (wish.Wish, error) {
	text, ok := annotations[pod.CommandsAnnotation]
	if !ok {
		return wish.Wish{Source: wish.PodAnnotation}, nil
	}
	w, err := wish.Parse(text, wish.PodAnnotation, f.Attachment)
	return w, malformed("the pod annotation "+pod.CommandsAnnotation, err)
}

func malformed(where string, err error) error {
	if err == nil {
		return nil
	}
	return cnierror.New(cnierror.Malformed, "reading %s: %w", where, err)
}

// metadata asks chainsawd and, where it is away, the API server, and makes
// sure that the answer is about this pod.
func (f Finder) metadata(ctx context.Context) (daemon.Metadata, error) {
	metadata, err := f.ask(ctx)
	if errors.Is(err, daemon.ErrNoPod) {
		return metadata, cnierror.New(cnierror.NoSuchPod, "%w", err)
	}
	if err != nil {
		return metadata, err
	}
	if !f.Pod.IsMeant(metadata.UID, metadata.Annotations) {
		return metadata, cnierror.New(cnierror.NoSuchPod, "looking up the pod %s: the pod of this name has the UID %q now, not %q", f.Pod, metadata.UID, f.Pod.UID)
	}
	return metadata, nil
}

func (f Finder) ask(ctx context.Context) (daemon.Metadata, error) {
	away := fmt.Errorf(`looking up the pod %s: chainsawd is not asked, since "socket_enabled" is false`, f.Pod)
	if f.Config.SocketEnabled {
		metadata, err := daemon.Client{Path: f.Socket}.Metadata(ctx, f.Pod)
		if !errors.Is(err, daemon.ErrAway) {
			return metadata, err
		}
		away = err
	}
	if f.Kubeconfig == "" {
		return daemon.Metadata{}, fmt.Errorf("%w, and no kubeconfig is there to ask the API server with", away)
	}
	return apihelper.Lookup(ctx, f.Kubeconfig, f.Pod)
}

// without goes on, or not, when the pod cannot be looked up for now. A pod
// that is known not to be there is no such case.
func (f Finder) without(err error) (wish.Wish, string, error) {
	if _, final := errors.AsType[*cnierror.Error](err); final {
		return wish.Wish{}, "", err
	}
	if f.Config.Lookup == netconf.Optional {
		return wish.Wish{}, fmt.Sprintf("the network's defaults ran without the pod's commands: %s", err), nil
	}
	return wish.Wish{}, "", cnierror.New(cnierror.TryAgainLater, `%w; start chainsawd on this node, or set "lookup": "optional" or "podCommands": "ignore" in the network`, err)
}

// Places are where chainsawd and a kubeconfig are found.
type Places struct {
	Sockets     []string
	Kubeconfigs []string // the first that is there is used when a network names none

	more string // where further ones are allowed
}

// BuiltIn are the places that a network may always name.
var BuiltIn = Places{
	Sockets:     []string{daemon.SocketPath, daemon.OriginalSocketPath},
	Kubeconfigs: apihelper.KubeconfigPaths,
}

// Allow adds the places that the node's policy names.
func (p Places) Allow(policy *nodepolicy.Policy) Places {
	p.more = policy.Where()
	if policy == nil {
		return p
	}
	p.Sockets = slices.Concat(p.Sockets, policy.Sockets)
	p.Kubeconfigs = slices.Concat(p.Kubeconfigs, policy.Kubeconfigs)
	return p
}

// Choose takes the places that a network names, if it may name them: the
// author of a net-attach-def must not point a root process at a file.
func (p Places) Choose(config netconf.Config) (socket, kubeconfig string, err error) {
	if socket, err = p.allowed("socket_path", config.SocketPath, p.Sockets); err != nil {
		return "", "", err
	}
	if kubeconfig, err = p.allowed("kubeconfig", config.Kubeconfig, p.Kubeconfigs); err != nil {
		return "", "", err
	}
	if socket == "" || socket == daemon.OriginalSocketPath { // nobody listens at the latter any more
		socket = daemon.SocketPath
	}
	if kubeconfig == "" {
		kubeconfig = firstThere(p.Kubeconfigs)
	}
	return socket, kubeconfig, nil
}

func (p Places) allowed(key, named string, places []string) (string, error) {
	if named == "" || slices.Contains(places, named) {
		return named, nil
	}
	return "", cnierror.New(cnierror.InvalidConfig, "%q names %q, which is not one of the places that it may name: %q; take it away, or add the place to the node's policy in %s", key, named, places, p.more)
}

func firstThere(places []string) string {
	for _, place := range places {
		if _, err := os.Lstat(place); !errors.Is(err, fs.ErrNotExist) {
			return place
		}
	}
	return ""
}
