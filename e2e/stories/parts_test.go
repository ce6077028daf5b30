package stories

import (
	"slices"
	"strings"
	"testing"

	"github.com/chainsaw-cni/chainsaw/e2e/cluster"
)

// The kubelet makes these pods from files of the node, with UIDs of its own.
func TestStaticPod(t *testing.T) {
	node := cluster.Start(t)
	node.Apply(network("static", "192.0.2.0/24", `{"type": "chainsaw"}`))
	const file = "/etc/kubernetes/manifests/static.yaml"
	object := sleeper("static", map[string]string{networks: "static", chainsaw: "ip route add 10.6.0.0/16 dev net1"})
	object.Namespace = node.Namespace
	node.Write(file, manifest(object))

	mirror := node.Pod("static-node1")
	node.Eventually("the mirror of the static pod is there", func() error {
		_, err := node.TryKubectl("get", "pod", mirror.Name)
		return err
	})
	wantRoutes(t, mirror.Ready().Exec("ip", "route"), []string{"10.6.0.0/16 dev net1"}, nil)
	node.Host("rm", file)
	mirror.Gone()
}

func TestRestartOfContainerd(t *testing.T) {
	node := cluster.Start(t)
	node.Apply(
		network("restarted", "192.0.2.0/24", `{"type": "chainsaw", "commands": ["ip route add 10.7.0.0/16 dev CURRENT_INTERFACE"]}`),
		pod("before", map[string]string{networks: "restarted"}))
	before := node.Pod("before").Ready()
	node.RestartContainerd()

	wantRoutes(t, before.Exec("ip", "route"), []string{"10.7.0.0/16 dev net1"}, nil)
	node.Apply(pod("after", map[string]string{networks: "restarted"}))
	wantRoutes(t, node.Pod("after").Ready().Exec("ip", "route"), []string{"10.7.0.0/16 dev net1"}, nil)
	before.Delete()
}

// In the next two, Multus takes from the plugins on DEL whatever is not the
// spec's own: a bridge cannot even give back a lease then, so there is none.

func TestNetworkWithoutCNIVersion(t *testing.T) {
	node := cluster.Start(t)
	node.Apply(
		netAttachDef("unversioned", `{"name": "unversioned", "plugins": [
			{"type": "bridge", "bridge": "unversioned", "ipam": {"type": "static", "addresses": [{"address": "192.0.2.2/24"}]}},
			{"type": "chainsaw"}]}`),
		pod("unversioned", map[string]string{networks: "unversioned", chainsaw: "ip route add 10.8.0.0/16 dev net1"}))
	unversioned := node.Pod("unversioned").Ready()
	wantRoutes(t, unversioned.Exec("ip", "route"), []string{"10.8.0.0/16 dev net1"}, nil)
	unversioned.Delete()
}

func TestDefaultNetworkByPath(t *testing.T) {
	const path = "/etc/cni/multus/net.d/pods.conflist"
	node := cluster.StartOwn(t, cluster.Chainsaw, cluster.ThinMultusWith(`"clusterNetwork": "`+path+`"`),
		cluster.Part{Files: map[string]string{path: `{"cniVersion": "1.0.0", "name": "pods", "plugins": [
			{"type": "bridge", "bridge": "cni0", "ipam": {"type": "static", "addresses": [{"address": "10.244.0.2/24"}]}},
			{"type": "chainsaw", "commands": ["ip route add 10.9.0.0/16 dev eth0"]}]}`}})
	node.Apply(pod("stripped", nil))
	stripped := node.Pod("stripped").Ready()
	wantRoutes(t, stripped.Exec("ip", "route"), []string{"10.9.0.0/16 dev eth0"}, nil)
	stripped.Delete()
}

// Multus as a daemon runs the plugins chrooted to the node, in an environment
// of its own.
func TestThickMultus(t *testing.T) {
	node := cluster.StartOwn(t, cluster.Bridge, cluster.ThickMultus, cluster.Chainsaw)
	node.Apply(example(t, "per-attachment"))
	both := node.Pod("on-both").Ready()
	wantRoutes(t, both.Exec("ip", "route"), []string{"10.1.0.0/16 dev net1", "10.2.0.0/16 dev uplink"}, nil)
	wantLines(t, node.Logs(), []string{`Chainsaw report: pod thick-multus/on-both, interface net1, network red-chain, .*`})

	node.Apply(pod("refused", map[string]string{networks: "red", chainsaw: "ip netns list"}))
	node.Pod("refused").Refused("chainsaw(100): ")
	node.Pod("refused").Delete()
	both.Delete()
}

// chainsawd brings an ip for hosts that have none.
func TestHostWithoutIP(t *testing.T) {
	places := []string{"/usr/sbin/ip", "/sbin/ip", "/usr/bin/ip", "/bin/ip"}
	node := cluster.StartOwn(t, cluster.Part{Lacks: places}, cluster.Bridge, cluster.ThinMultus, cluster.Chainsaw)
	node.Apply(
		network("bare", "192.0.2.0/24", `{"type": "chainsaw"}`),
		pod("bare", map[string]string{networks: "bare", chainsaw: "ip route add 10.17.0.0/16 dev net1"}))
	wantRoutes(t, node.Pod("bare").Ready().Exec("ip", "route"), []string{"10.17.0.0/16 dev net1"}, nil)
	node.Pod("bare").Delete()
}

// Without Multus the plugins are a part of the pods' only network, and
// containerd hands over the annotations.
func TestDefaultNetworkWithoutMultus(t *testing.T) {
	const capability = `"capabilities": {"io.kubernetes.cri.pod-annotations": true}`
	for _, test := range []struct {
		name       string
		containerd []string // that read it
		files      map[string]string
	}{
		{"in its conflist", []string{"1.6", "2"}, map[string]string{"/etc/cni/net.d/10-pods.conflist": chainedPodNetwork(capability)}},
		{"beside it, in the folder of the network", []string{"2"}, map[string]string{
			"/etc/cni/net.d/10-pods.conflist":   strings.Replace(podNetwork(""), `"cniVersion"`, `"loadOnlyInlinedPlugins": false, "cniVersion"`, 1),
			"/etc/cni/net.d/pods/chainsaw.conf": `{"type": "chainsaw", ` + capability + `}`,
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if version := cluster.Containerd(); !slices.Contains(test.containerd, version) {
				t.Skipf("containerd %s does not look there", version)
			}
			node := cluster.StartOwn(t, cluster.Part{Files: test.files}, cluster.Plugins)
			node.Apply(pod("handed-over", map[string]string{chainsaw: "ip route add 10.10.0.0/16 via CURRENT_GATEWAY4 dev CURRENT_INTERFACE"}))
			wantRoutes(t, node.Pod("handed-over").Ready().Exec("ip", "route"), []string{"10.10.0.0/16 via 10.244.0.1 dev eth0"}, nil)
			node.Apply(pod("refused", map[string]string{chainsaw: "ip netns list"}))
			node.Pod("refused").Refused("chainsaw(100): ")
			node.Pod("refused").Delete()
		})
	}
}

// chainedPodNetwork is a network for pods with chainsaw, of these keys, in it.
func chainedPodNetwork(keys string) string {
	return podNetwork(`, {"type": "chainsaw", ` + keys + `}`)
}

func podNetwork(more string) string {
	return `{"cniVersion": "1.0.0", "name": "pods", "plugins": [
		{"type": "bridge", "bridge": "cni0", "isGateway": true, "ipam": {
			"type": "host-local", "subnet": "10.244.0.0/24", "routes": [{"dst": "0.0.0.0/0"}]}}` + more + `]}`
}
