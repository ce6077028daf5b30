package cluster

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/chainsaw-cni/chainsaw/e2e/cluster/image"
	"github.com/chainsaw-cni/chainsaw/e2e/cluster/machine"
	"github.com/chainsaw-cni/chainsaw/e2e/cluster/worktree"
)

const (
	// DaemonSet is chainsawd's, in kube-system.
	DaemonSet = "daemonset/kube-chainsaw-cni-ds"

	// DaemonPods are its pods, for kubectl.
	DaemonPods = "--selector=app.kubernetes.io/name=chainsaw"
)

// Chainsaw is installed as users do it: by the image and the DaemonSet.
var Chainsaw = ChainsawBy("daemonset.yaml")

// ChainsawBy installs it by another one of the manifests in deployments/.
func ChainsawBy(manifest string) Part {
	return Part{Setup: func(ctx context.Context, m *machine.Machine) error {
		if _, err := pushOwnImage(ctx, m, ""); err != nil {
			return err
		}
		path, err := worktree.Path("deployments", manifest)
		if err != nil {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if err := apply(ctx, m, system, string(content)); err != nil {
			return err
		}
		return awaitRollout(ctx, m)
	}}
}

func awaitRollout(ctx context.Context, m *machine.Machine) error {
	_, err := kubectl(ctx, m, "", "--namespace="+system, "rollout", "status", DaemonSet, "--timeout=90s")
	return err
}

// pushOwnImage pushes what make image has made, and returns its name, to which
// the suffix is added.
func pushOwnImage(ctx context.Context, m *machine.Machine, suffix string) (string, error) {
	archive, err := worktree.Path("dist", "chainsaw.tar")
	if err != nil {
		return "", err
	}
	folder, err := os.MkdirTemp("", "chainsaw-image-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(folder)
	name, index, err := image.Archive(archive, folder)
	if err != nil {
		return "", fmt.Errorf("%w: run make image", err)
	}
	name += suffix
	return name, m.Push(ctx, name, index)
}

// PushRelease pushes chainsaw's image as if it were another release, and
// returns its name.
func (n *Node) PushRelease(suffix string) string {
	n.t.Helper()
	name, err := pushOwnImage(n.t.Context(), n.Machine, suffix)
	if err != nil {
		n.t.Fatal(err)
	}
	return name
}

// RolledOut waits until chainsawd runs as its DaemonSet says.
func (n *Node) RolledOut() {
	n.t.Helper()
	if err := awaitRollout(n.t.Context(), n.Machine); err != nil {
		n.t.Fatal(err)
	}
}

// Logs are what chainsawd shows to those who look into its pods' logs.
func (n *Node) Logs() string {
	n.t.Helper()
	return n.KubeSystem().Kubectl("logs", DaemonPods, "--tail=-1")
}

// LogsToTheEnd begins to read the logs of the chainsawd that runs now. The
// function waits until that one has ended, and returns all that it has shown.
func (n *Node) LogsToTheEnd() func() string {
	n.t.Helper()
	// By its name: a selector would find the next one, too.
	pod := strings.TrimSpace(n.KubeSystem().Kubectl("get", "pod", DaemonPods, "--output=name"))
	ctx, cancel := context.WithTimeout(context.Background(), 2*patience)
	n.t.Cleanup(cancel)
	var shown bytes.Buffer
	follow := n.Command(ctx, "kubectl", "--namespace="+system, "logs", "--follow", pod)
	follow.Stdout, follow.Stderr = &shown, &shown
	if err := follow.Start(); err != nil {
		n.t.Fatal(err)
	}
	return func() string {
		n.t.Helper()
		if err := follow.Wait(); err != nil {
			n.t.Fatalf("reading chainsawd's logs to the end: %v: %s", err, shown.String())
		}
		return shown.String()
	}
}
