package stories

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chainsaw-cni/chainsaw/e2e/cluster"
)

// Whatever becomes of chainsawd, pods start or say what they wait for, pods end,
// and what their commands printed comes out.
func TestLifeOfChainsawd(t *testing.T) {
	node := cluster.StartOwn(t, cluster.Bridge, cluster.ThinMultus, cluster.ChainsawBy("daemonset_kubeconfig.yaml"))
	node.Apply(
		network("required", "192.0.2.0/25", `{"type": "chainsaw"}`),
		network("optional", "192.0.2.128/25", `{"type": "chainsaw", "lookup": "optional", "commands": ["ip route add 10.14.0.0/16 dev CURRENT_INTERFACE"]}`))
	for _, chapter := range []struct {
		name string
		tell func(*testing.T, *cluster.Node)
	}{
		{"it hangs", hangs},
		{"it is upgraded", isUpgraded},
		{"it is away", isAway},
		{"it is uninstalled", isUninstalled},
	} {
		if !t.Run(chapter.name, func(t *testing.T) { chapter.tell(t, node.For(t)) }) {
			return
		}
	}
}

// The plugins ask the API server themselves, by the kubeconfig that chainsawd
// keeps for them.
func hangs(t *testing.T, node *cluster.Node) {
	node.Host("pkill", "-STOP", "-x", "chainsawd")
	node.Apply(pod("hangs", map[string]string{networks: "required", chainsaw: "ip route add 10.15.0.0/16 dev net1"}))
	wantRoutes(t, node.Pod("hangs").Ready().Exec("ip", "route"), []string{"10.15.0.0/16 dev net1"}, nil)
	node.Host("pkill", "-CONT", "-x", "chainsawd")
	node.Eventually("the report comes out", func() error { return reported(node, node.Logs(), "hangs") })
	node.Pod("hangs").Delete()
}

// The next release takes over while a wave of pods starts.
func isUpgraded(_ *testing.T, node *cluster.Node) {
	const pods = 20
	var names, manifests []string
	for i := range pods {
		names = append(names, fmt.Sprintf("upgraded-%d", i))
		manifests = append(manifests, pod(names[i], map[string]string{networks: "required", chainsaw: "ip route show dev CURRENT_INTERFACE"}))
	}
	release := node.PushRelease("-next")
	before := node.LogsToTheEnd()
	node.Apply(manifests...)
	node.KubeSystem().Kubectl("set", "image", cluster.DaemonSet, "chainsawd="+release)
	node.RolledOut()
	for _, name := range names {
		node.Pod(name).Ready()
	}
	shown := before()
	node.Eventually("all of their reports have come out", func() error {
		return reported(node, shown+node.Logs(), names...)
	})
	node.Kubectl("delete", "pod", "--all", "--timeout=80s")
}

// Without chainsawd's pod the token that it gave to the node is dead, too.
func isAway(t *testing.T, node *cluster.Node) {
	const selector = `{"spec": {"template": {"spec": {"nodeSelector": {"chainsawd": %s}}}}}`
	node.KubeSystem().Kubectl("patch", cluster.DaemonSet, "--patch", fmt.Sprintf(selector, `"away"`))
	node.KubeSystem().Kubectl("wait", "--for=delete", "pod", cluster.DaemonPods, "--timeout=60s")

	node.Apply(
		pod("waits", map[string]string{networks: "required", chainsaw: "ip route add 10.16.0.0/16 dev net1"}),
		pod("goes-on", map[string]string{networks: "optional", chainsaw: "ip route add 10.16.0.0/16 dev net1"}),
		pod("brings-its-own", map[string]string{
			networks: `[{"name": "required", "cni-args": {"chainsaw": ["ip route add 10.16.0.0/16 dev net1"]}}]`,
		}))
	wantRoutes(t, node.Pod("goes-on").Ready().Exec("ip", "route"), []string{"10.14.0.0/16 dev net1"}, []string{"10.16.0.0/16"})
	wantRoutes(t, node.Pod("brings-its-own").Ready().Exec("ip", "route"), []string{"10.16.0.0/16 dev net1"}, nil)
	node.Pod("waits").Refused("chainsaw(11): ")
	node.Pod("brings-its-own").Delete()

	node.KubeSystem().Kubectl("patch", cluster.DaemonSet, "--patch", fmt.Sprintf(selector, "null"))
	node.RolledOut()
	wantRoutes(t, node.Pod("waits").Ready().Exec("ip", "route"), []string{"10.16.0.0/16 dev net1"}, nil)
	node.Eventually("the reports have come out", func() error {
		return reported(node, node.Logs(), "waits", "goes-on", "brings-its-own")
	})
	node.Pod("goes-on").Delete()
}

// As deployments/README.md has it, but for a pod that somebody has forgotten.
func isUninstalled(t *testing.T, node *cluster.Node) {
	system := node.KubeSystem()
	node.Kubectl("delete", "net-attach-def", "--all")
	system.Kubectl("delete", cluster.DaemonSet, "--timeout=60s")
	system.Apply(deployment(t, "uninstall"))
	const uninstaller = "--selector=app.kubernetes.io/name=chainsaw-uninstall"
	node.Eventually("it says which attachment needs the plugins", func() error {
		said, err := system.TryKubectl("logs", uninstaller, "--container=uninstall")
		if err == nil && !strings.Contains(said, "such as net1 of pod "+node.Namespace+"/waits") {
			err = fmt.Errorf("it says %s", said)
		}
		return err
	})
	node.Pod("waits").Delete()
	system.Kubectl("wait", "--for=condition=Ready", "pod", uninstaller, "--timeout=80s")

	left := node.Host("find", "/opt/cni/bin", "/etc/cni/net.d", "/var/lib/chainsaw", "-name", "*chainsaw*", "-not", "-type", "d")
	if left != "" {
		t.Errorf("it leaves\n%s", left)
	}
	node.Apply(pod("afterwards", nil))
	node.Pod("afterwards").Ready().Delete()
}

// reported says which of the pods' reports chainsawd has not shown.
func reported(node *cluster.Node, shown string, pods ...string) error {
	var missing []string
	for _, name := range pods {
		if !strings.Contains(shown, "Chainsaw report: pod "+node.Namespace+"/"+name+", interface net1,") {
			missing = append(missing, name)
		}
	}
	if missing != nil {
		return fmt.Errorf("there is none of %v in\n%s", missing, shown)
	}
	return nil
}
