package stories

import (
	"testing"

	"github.com/chainsaw-cni/chainsaw/e2e/cluster"
)

// A refusal is read where people look first, and what it asks for heals.
func TestVariantsRefuse(t *testing.T) {
	node := cluster.Start(t)
	node.Apply(example(t, "inspect"), example(t, "filter"))
	node.Pod("inspected").Ready()
	wantRoutes(t, node.Pod("within-bounds").Ready().Exec("ip", "route"), []string{"10.1.0.0/16 via 192.0.2.1 dev net1"}, nil)

	for _, test := range []struct{ name, network, command, says, instead string }{
		{
			"inspect-changes", "looked-into", "ip route add 10.5.0.0/16 dev net1",
			"runs only commands that read", "ip route",
		},
		{
			"filter-out-of-bounds", "bounded", "ip route add 172.16.0.0/12 via 192.0.2.1 dev net1",
			`"to" may be within 10.0.0.0/8`, "ip route add 10.5.0.0/16 via 192.0.2.1 dev net1",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			node := node.For(t)
			node.Apply(pod(test.name, map[string]string{networks: test.network, chainsaw: test.command}))
			refused := node.Pod(test.name)
			refused.Refused("chainsaw(100): ")
			refused.Refused(test.says)
			refused.Refused("pod annotation #1")
			refused.Delete()

			node.Apply(pod(test.name, map[string]string{networks: test.network, chainsaw: test.instead}))
			refused.Ready()
		})
	}
}
