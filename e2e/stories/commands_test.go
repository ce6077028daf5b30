package stories

import (
	"testing"

	"github.com/chainsaw-cni/chainsaw/e2e/cluster"
)

func TestDefaultsAndWhatAPodMakesOfThem(t *testing.T) {
	node := cluster.Start(t)
	node.Apply(example(t, "defaults"))
	const fromNetwork, fromPod = "198.51.100.0/24", "203.0.113.0/24"
	for _, test := range []struct {
		pod       string
		want, not []string
	}{
		{"takes-the-default", []string{fromNetwork}, []string{fromPod}},
		{"replaces", []string{fromPod}, []string{fromNetwork}},
		{"wants-none", nil, []string{fromNetwork, fromPod}},
		{"appends", []string{fromNetwork, fromPod}, nil},
	} {
		wantRoutes(t, node.Pod(test.pod).Ready().Exec("ip", "route"), test.want, test.not)
	}
}

func TestTwoNetworksWithCommandsForEach(t *testing.T) {
	node := cluster.Start(t)
	node.Apply(example(t, "per-attachment"), example(t, "cni-args"))

	wantRoutes(t, node.Pod("on-both").Ready().Exec("ip", "route"),
		[]string{"10.1.0.0/16 dev net1", "10.2.0.0/16 dev uplink"},
		[]string{"10.1.0.0/16 dev uplink", "10.2.0.0/16 dev net1"})
	wantRoutes(t, node.Pod("says-it-in-one-place").Ready().Exec("ip", "route"),
		[]string{"10.3.0.0/16 dev lab1"}, []string{"10.3.0.0/16 dev lab2"})
}

func TestNetworkOfAnotherNamespace(t *testing.T) {
	node := cluster.Start(t)
	const elsewhere = "elsewhere"
	node.InNamespace(elsewhere).Apply(network("shared", "192.0.2.0/24", `{"type": "chainsaw"}`))
	node.Apply(pod("visitor", map[string]string{
		networks: elsewhere + "/shared",
		chainsaw: "ip route add 10.4.0.0/16 dev CURRENT_INTERFACE",
	}))
	wantRoutes(t, node.Pod("visitor").Ready().Exec("ip", "route"), []string{"10.4.0.0/16 dev net1"}, nil)
}
