// Package cluster gives the stories of e2e/stories a real Kubernetes node with
// Multus, and the words to say what a user does on it and what is seen then.
//
// How a node is made and ended is the matter of the packages below.
package cluster

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chainsaw-cni/chainsaw/e2e/cluster/machine"
)

const (
	// startTimeout includes the building of Kubernetes.
	startTimeout = 40 * time.Minute
	// patience bounds the wait for anything that is to happen on a node.
	patience = 90 * time.Second

	system = "kube-system"
)

// Node is the node as one story sees it: kubectl acts in a namespace of the
// story's own.
type Node struct {
	*machine.Machine
	Namespace string

	t *testing.T
}

// Main runs the stories, and then ends the nodes that they shared. It returns
// what [os.Exit] is to be called with.
func Main(m *testing.M) int {
	machine.Inside()
	code := m.Run()
	if common.machine != nil {
		if err := common.machine.Stop(code != 0); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	return code
}

// common is the node that stories share.
var common struct {
	sync.Once
	machine *machine.Machine
	err     error
}

// Start returns the node that stories share, with Multus as a thin plugin.
func Start(t *testing.T) *Node {
	t.Helper()
	skipIfLacking(t)
	common.Do(func() {
		common.machine, common.err = start(options(), usual...)
	})
	return open(t, common.machine, common.err)
}

// StartOwn returns a node that no other story sees, of these parts. The story
// runs beside others that have a node of their own.
func StartOwn(t *testing.T, parts ...Part) *Node {
	t.Helper()
	t.Parallel()
	skipIfLacking(t)
	m, err := start(options(), parts...)
	if m != nil {
		t.Cleanup(func() {
			if err := m.Stop(t.Failed()); err != nil {
				t.Error(err)
			}
		})
	}
	return open(t, m, err)
}

// Up starts a node like the one that stories share, which outlives this
// process.
func Up() (*machine.Machine, error) {
	o := options()
	o.Keep = true
	return start(o, usual...)
}

// usual is what most stories want.
var usual = []Part{Bridge, ThinMultus, Chainsaw}

// options are what the environment chooses.
func options() machine.Options {
	return machine.Options{Containerd: Containerd()}
}

// Check says what is wrong with what the environment chooses.
func Check() error { return options().Check() }

// Containerd is the version that nodes have.
func Containerd() string { return cmp.Or(os.Getenv("CONTAINERD"), "2") }

func skipIfLacking(t *testing.T) {
	t.Helper()
	if lacking := machine.Lacking(); lacking != "" {
		t.Skip("no cluster can run here: this machine lacks " + lacking)
	}
}

func start(options machine.Options, parts ...Part) (*machine.Machine, error) {
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	options, err := assemble(ctx, options, parts)
	if err != nil {
		return nil, err
	}
	m, err := machine.Start(ctx, options)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(pushImages(ctx, m), awaitNode(ctx, m), setUp(ctx, m, parts)); err != nil {
		return m, err
	}
	return m, nil
}

// awaitNode waits until pods can be made.
func awaitNode(ctx context.Context, m *machine.Machine) error {
	for _, args := range [][]string{
		{"wait", "--for=create", "node/" + machine.NodeName},
		{"wait", "--for=condition=Ready", "node/" + machine.NodeName},
		{"wait", "--for=create", "serviceaccount/default"},
	} {
		if _, err := kubectl(ctx, m, "", append(args, "--timeout=60s")...); err != nil {
			return err
		}
	}
	return nil
}

// For is the node for a part of the story that is a test of its own.
func (n *Node) For(t *testing.T) *Node {
	t.Helper()
	return &Node{Machine: n.Machine, Namespace: n.Namespace, t: t}
}

// KubeSystem is the node as seen from the namespace of what serves all of it.
func (n *Node) KubeSystem() *Node { return &Node{Machine: n.Machine, Namespace: system, t: n.t} }

// InNamespace is the node as seen from another namespace, made for this story.
// Its pods end with the story, the rest of it some time later.
func (n *Node) InNamespace(name string) *Node {
	n.t.Helper()
	other := &Node{Machine: n.Machine, t: n.t, Namespace: name}
	other.Kubectl("create", "namespace", name)
	other.Kubectl("wait", "--for=create", "serviceaccount/default", "--timeout=60s")
	n.t.Cleanup(func() {
		if !n.t.Failed() {
			other.Kubectl("delete", "pod", "--all", "--grace-period=1")
			other.Kubectl("delete", "namespace", name, "--wait=false")
		}
	})
	return other
}

// open makes the story's namespace.
func open(t *testing.T, m *machine.Machine, err error) *Node {
	t.Helper()
	t.Cleanup(func() {
		if t.Failed() && m != nil {
			t.Logf("logs of all that runs on the node: %s", m.Logs)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return (&Node{Machine: m, t: t}).InNamespace(namespaceOf(t))
}

var newWord = regexp.MustCompile(`([a-z])([A-Z])`)

// namespaceOf makes TestSourceRouting source-routing.
func namespaceOf(t *testing.T) string {
	story, _, _ := strings.Cut(strings.TrimPrefix(t.Name(), "Test"), "/")
	return strings.ToLower(newWord.ReplaceAllString(story, "$1-$2"))
}
