package cluster

import (
	"errors"
	"os"
)

// RestartContainerd kills containerd and waits until another answers, which the
// node starts by itself. Its shims live on, and the pods with them.
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
		_, err := output(n.Command(n.t.Context(), "ctr", "version"), "")
		return err
	})
}
