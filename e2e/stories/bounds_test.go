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

// A node of its own: a policy binds all of a node, and none takes it away.
func TestBoundsThatAnAdministratorSets(t *testing.T) {
	node := cluster.StartOwn(t, cluster.Bridge, cluster.ThinMultus, cluster.Chainsaw)
	t.Run("by the node's policy", func(t *testing.T) { nodePolicyRefuses(t, node.For(t)) })
	t.Run("by admission policies", func(t *testing.T) { admissionRefuses(t, node.For(t)) })
}

// The ConfigMap bounds a namespace. Who is refused by it needs to do nothing
// when the bound is lifted.
func nodePolicyRefuses(t *testing.T, node *cluster.Node) {
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
func admissionRefuses(t *testing.T, node *cluster.Node) {
	node.Apply(deployment(t, "admission/net-attach-defs"), deployment(t, "admission/pod-commands"))
	for _, test := range []struct{ manifest, says, label string }{
		{
			network("unbound", "192.0.2.0/24", `{"type": "chainsaw"}`),
			"may not use chainsaw: its label chainsaw-cni.dev/variant", "chainsaw-cni.dev/variant=chainsaw",
		},
		{
			pod("commands", map[string]string{networks: "unbound", chainsaw: "ip route"}),
			"it lacks the label chainsaw-cni.dev/pod-commands=allowed", "chainsaw-cni.dev/pod-commands=allowed",
		},
	} {
		node.Eventually("kubectl apply refuses", func() error { return refuses(node, test.manifest, test.says) })
		node.Kubectl("label", "namespace", node.Namespace, test.label)
		node.Eventually("kubectl apply takes it", func() error { return node.TryApply(test.manifest) })
	}
	node.Pod("commands").Ready()
}

// refuses tries without making anything: a new policy takes a moment to bind.
func refuses(node *cluster.Node, manifest, sentence string) error {
	err := node.TryDryRun(manifest)
	switch {
	case err == nil:
		return errors.New("it takes it")
	case !strings.Contains(err.Error(), sentence):
		return err
	}
	return nil
}
