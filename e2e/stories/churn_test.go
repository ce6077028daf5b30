package stories

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/chainsaw-cni/chainsaw/e2e/cluster"
)

// Pods come and go in waves, and nothing stays.
func TestChurn(t *testing.T) {
	const waves, pods = 3, 20
	node := cluster.Start(t)
	node.Apply(network("busy", "192.0.2.0/24", `{"type": "chainsaw", "commands": ["ip route add 10.11.0.0/16 dev CURRENT_INTERFACE"], "podCommands": "append"}`))
	before := traces(node)
	for wave := range waves {
		var manifests []string
		for i := range pods {
			manifests = append(manifests, pod(fmt.Sprintf("busy-%d-%d", wave, i), map[string]string{
				networks: "busy", chainsaw: "ip route show dev CURRENT_INTERFACE",
			}))
		}
		node.Apply(manifests...)
		node.Kubectl("wait", "--for=condition=Ready", "pod", "--all", "--timeout=80s")
		node.Kubectl("delete", "pod", "--all", "--timeout=80s")
	}
	node.Eventually("nothing is left of them", func() error {
		if left := traces(node); !maps.Equal(left, before) {
			return fmt.Errorf("there was %v, and now %v", before, left)
		}
		return nil
	})
	shown := node.Logs()
	for wave := range waves {
		for i := range pods {
			header := fmt.Sprintf("Chainsaw report: pod %s/busy-%d-%d, interface net1,", node.Namespace, wave, i)
			if times := strings.Count(shown, header); times != 1 {
				t.Errorf("chainsawd shows %d times: %s", times, header)
			}
		}
	}
}

// traces counts what pods could leave on a node.
func traces(node *cluster.Node) map[string]int {
	counts := map[string]int{}
	for what, script := range map[string]string{
		"network namespaces": "ls /run/netns",
		"leases":             "find /var/lib/cni/networks -type f -name '*.*.*.*'",
		"mounts":             "cat /proc/self/mounts",
		"interfaces":         "ls /sys/class/net | grep veth",
		"processes":          "pgrep -f 'containerd-shim|/opt/cni/bin|chainsaw-cage'",
		"waiting reports":    "find /var/lib/chainsaw/spool -name '*.json'",
		"CNI results":        "find /var/lib/cni/results /var/lib/cni/multus -type f",
	} {
		counts[what] = len(strings.Fields(strings.ReplaceAll(node.Host("sh", "-c", script+" || true"), " ", "_")))
	}
	return counts
}
