package stories

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/chainsaw-cni/chainsaw/e2e/cluster"
	"github.com/chainsaw-cni/chainsaw/shared/nodepolicy"
)

// The administrator bounds a namespace by a ConfigMap. Who is refused by it
// needs to do nothing when the bound is lifted.
func TestNodePolicyRefuses(t *testing.T) {
	node := cluster.Start(t)
	policy := deployment(t, "node-policy")
	const everybody = `{"namespaces": ["*"]`
	capped := strings.Replace(policy, everybody, `{"namespaces": ["`+node.Namespace+`"], "variant": "chainsaw-inspect"},`+everybody, 1)
	node.KubeSystem().Apply(capped)
	node.Eventually("the policy is on the node", func() error {
		text, err := os.ReadFile(node.Root(nodepolicy.DaemonPath))
		if err == nil && !strings.Contains(string(text), node.Namespace) {
			err = fmt.Errorf("it is %s", text)
		}
		return err
	})

	node.Apply(
		network("free", "192.0.2.0/24", `{"type": "chainsaw"}`),
		pod("looks", map[string]string{networks: "free", chainsaw: "ip route"}),
		pod("changes", map[string]string{networks: "free", chainsaw: "ip route add 10.13.0.0/16 dev net1"}))
	node.Pod("looks").Ready()
	refused := node.Pod("changes")
	refused.Refused("chainsaw(100): ")
	refused.Refused("the node's policy")

	node.KubeSystem().Apply(policy)
	wantRoutes(t, refused.Ready().Exec("ip", "route"), []string{"10.13.0.0/16 dev net1"}, nil)
}

// Those who apply a manifest that is out of bounds are told at once.
func TestAdmissionRefuses(t *testing.T) {
	const mayChange, mayCommand = "chainsaw-cni.dev/variant", "chainsaw-cni.dev/pod-commands"
	node := cluster.Start(t)
	node.Apply(deployment(t, "admission/net-attach-defs"), deployment(t, "admission/pod-commands"))
	t.Cleanup(func() {
		node.Kubectl("delete", "validatingadmissionpolicybindings", "--all")
		node.Kubectl("label", "namespace", node.Namespace, mayChange+"-", mayCommand+"-")
		node.Eventually("other stories are free again", func() error { return node.TryApply(unbound("again")...) })
	})
	manifests := unbound("bold")
	for _, test := range []struct{ kind, manifest, says, label string }{
		{"net-attach-def", manifests[0], "may not use chainsaw: its label " + mayChange, mayChange + "=chainsaw"},
		{"pod", manifests[1], "it lacks the label " + mayCommand, mayCommand + "=allowed"},
	} {
		t.Run(test.kind, func(t *testing.T) {
			node := node.For(t)
			node.Eventually("kubectl apply refuses", func() error {
				err := node.TryApply(test.manifest)
				if err == nil {
					node.Kubectl("delete", test.kind, "--all", "--grace-period=1")
					return errors.New("it takes it")
				}
				if !strings.Contains(err.Error(), test.says) {
					return err
				}
				return nil
			})
			node.Kubectl("label", "namespace", node.Namespace, test.label)
			node.Eventually("kubectl apply takes it", func() error { return node.TryApply(test.manifest) })
		})
	}
	node.Pod("bold").Ready()
}

// unbound is a network that bounds nobody, and a pod that makes use of that.
func unbound(name string) []string {
	return []string{
		network(name, "192.0.2.0/24", `{"type": "chainsaw"}`),
		pod(name, map[string]string{networks: name, chainsaw: "ip route"}),
	}
}
