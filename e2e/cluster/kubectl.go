package cluster

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/chainsaw-cni/chainsaw/e2e/cluster/machine"
	"github.com/chainsaw-cni/chainsaw/e2e/cluster/retry"
)

// Kubectl runs kubectl in the story's namespace and returns what it prints.
func (n *Node) Kubectl(args ...string) string {
	n.t.Helper()
	out, err := n.TryKubectl(args...)
	if err != nil {
		n.t.Fatal(err)
	}
	return out
}

// TryKubectl is Kubectl where an error may be what is wanted.
func (n *Node) TryKubectl(args ...string) (string, error) {
	ctx, cancel := patiently()
	defer cancel()
	return kubectl(ctx, n.Machine, "", append([]string{"--namespace=" + n.Namespace}, args...)...)
}

// Apply makes what the manifests say.
func (n *Node) Apply(manifests ...string) {
	n.t.Helper()
	if err := n.TryApply(manifests...); err != nil {
		n.t.Fatal(err)
	}
}

// TryApply is Apply where an error may be what is wanted.
func (n *Node) TryApply(manifests ...string) error {
	ctx, cancel := patiently()
	defer cancel()
	return apply(ctx, n.Machine, n.Namespace, strings.Join(manifests, "\n---\n"))
}

// TryDryRun is TryApply but for the making.
func (n *Node) TryDryRun(manifest string) error {
	ctx, cancel := patiently()
	defer cancel()
	_, err := kubectl(ctx, n.Machine, manifest, "--namespace="+n.Namespace, "apply", "--dry-run=server", "-f", "-")
	return err
}

func apply(ctx context.Context, m *machine.Machine, namespace, manifest string) error {
	_, err := kubectl(ctx, m, manifest, "--namespace="+namespace, "apply", "-f", "-")
	return err
}

func kubectl(ctx context.Context, m *machine.Machine, stdin string, args ...string) (string, error) {
	return output(m.Command(ctx, append([]string{"kubectl"}, args...)...), stdin)
}

// patiently bounds a wait. It is not the context of a test, which has ended when
// the test cleans up.
func patiently() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), patience)
}

// Host runs a command on the node itself and returns what it prints.
func (n *Node) Host(argv ...string) string {
	n.t.Helper()
	ctx, cancel := patiently()
	defer cancel()
	out, err := output(n.Command(ctx, argv...), "")
	if err != nil {
		n.t.Fatal(err)
	}
	return out
}

func output(cmd *exec.Cmd, stdin string) (string, error) {
	var out, errOut bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(stdin), &out, &errOut
	if err := cmd.Run(); err != nil {
		said := strings.TrimSpace(out.String() + errOut.String())
		return out.String(), fmt.Errorf("on the node: %s: %w: %s", strings.Join(cmd.Args[machine.CommandAt:], " "), err, said)
	}
	return out.String(), nil
}

// Write makes a file of the node.
func (n *Node) Write(path, content string) {
	n.t.Helper()
	if err := write(n.Machine, path, content); err != nil {
		n.t.Fatal(err)
	}
}

func write(m *machine.Machine, path, content string) error {
	to := m.Root(path)
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	return os.WriteFile(to, []byte(content), 0o600)
}

// Eventually waits until the check finds nothing to object to.
func (n *Node) Eventually(what string, check func() error) {
	n.t.Helper()
	ctx, cancel := patiently()
	defer cancel()
	if err := retry.Until(ctx, check); err != nil {
		n.t.Fatalf("waiting until %s: %v", what, err)
	}
}
