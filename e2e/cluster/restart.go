package cluster

import (
	"errors"
	"os"

	"github.com/chainsaw-cni/chainsaw/e2e/cluster/machine"
)

// RestartContainerd kills containerd, which the node starts again by itself, and
// waits until it answers the kubelet. Its shims live on, and the pods with them.
func (n *Node) RestartContainerd() {
	n.t.Helper()
	pid := func() string {
		pid, err := os.ReadFile(n.Root("/run/containerd.pid"))
		if err != nil {
			n.t.Fatal(err)
		}
		return string(pid)
	}
	before := pid()
	n.Host("kill", "-9", before)
	n.Eventually("containerd is back", func() error {
		if pid() == before {
			return errors.New("it has not been started again")
		}
		// The kubelet has this from containerd, to which it connects when it pleases.
		_, err := n.TryKubectl("get", "--raw", "/api/v1/nodes/"+machine.NodeName+"/proxy/runningpods/")
		return err
	})
}
