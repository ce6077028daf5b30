package attacks

import (
	"testing"

	"github.com/chainsaw-cni/chainsaw/e2e/node"
	"github.com/chainsaw-cni/chainsaw/shared/daemon"
	"github.com/chainsaw-cni/chainsaw/shared/pod"
)

const toPods = pod.CommandsAnnotation

// playChainsawd has one pod, with this annotation.
func playChainsawd(t *testing.T, annotation string) *node.Chainsawd {
	t.Helper()
	d := &node.Chainsawd{Pod: daemon.Metadata{UID: podUID, Annotations: map[string]string{toPods: annotation}}}
	return d.Start(t)
}
