// Package apihelper asks the Kubernetes API server for one pod's metadata
// through an executable of its own, chainsaw-lookup. A plugin that links
// client-go takes twice as long to start, for every attachment of every pod;
// an executable that runs only where it is needed costs the others nothing.
//
// It is for installations without chainsawd that opted in by placing a
// kubeconfig. It does not decide whether the pod that was found is the one that
// was meant: the caller compares the UID.
package apihelper

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/chainsaw-cni/chainsaw/shared/daemon"
	"github.com/chainsaw-cni/chainsaw/shared/pod"
)

// Timeout bounds a look-up, from the helper's start to its end.
const Timeout = 5 * time.Second

// KubeconfigPaths are the built-in places of the kubeconfig. The helper checks
// what it finds there when it opens it.
var KubeconfigPaths = []string{
	"/etc/cni/net.d/chainsaw.d/chainsaw.kubeconfig",
	"/etc/kubernetes/cni/net.d/chainsaw.d/chainsaw.kubeconfig",
}

// Lookup asks the API server of the kubeconfig for the pod's metadata, through
// the helper that is installed on this node. The error is [ErrNotInstalled] if
// none is, and [daemon.ErrNoPod] if the API server knows no such pod; any other
// means that the pod cannot be looked up for now.
func Lookup(ctx context.Context, kubeconfig string, ref pod.Ref) (daemon.Metadata, error) {
	helper, err := find(places[:])
	if err != nil {
		return daemon.Metadata{}, err
	}
	return Ask(ctx, helper, kubeconfig, ref)
}

// Ask is Lookup through a helper that the caller trusts.
func Ask(ctx context.Context, helper, kubeconfig string, ref pod.Ref) (daemon.Metadata, error) {
	ctx, cancel := context.WithTimeout(ctx, Timeout)
	defer cancel()

	out, err := run(ctx, helper, "--kubeconfig="+kubeconfig, "--namespace="+ref.Namespace, "--name="+ref.Name)
	if err != nil {
		return daemon.Metadata{}, err
	}
	return read(out)
}

func read(out []byte) (daemon.Metadata, error) {
	var answer Answer

	if err := json.Unmarshal(out, &answer); err != nil {
		return daemon.Metadata{}, fmt.Errorf("reading the answer of chainsaw-lookup: %w", err)
	}
	switch failure := answer.Error; {
	case failure == nil && answer.UID == "":
		return daemon.Metadata{}, errors.New("chainsaw-lookup found a pod without a UID: install the chainsaw-lookup of this release")
	case failure == nil:
		return answer.Metadata, nil
	case failure.Code == CodeNoPod:
		return daemon.Metadata{}, daemon.ErrNoPod
	default:
		return daemon.Metadata{}, errors.New(printable(failure.Message))
	}
}

// maxMessage keeps somebody else's words short enough for an event on the pod.
const maxMessage = 512

// printable makes one line of the message that cannot steer a terminal: a part
// of it may be the API server's.
func printable(message string) string {
	message = strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, message)
	return strings.ToValidUTF8(message[:min(len(message), maxMessage)], "")
}
