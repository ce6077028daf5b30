package stories

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/chainsaw-cni/chainsaw/e2e/cluster"
)

// The walkthrough is what everybody tries first: the manifests of the original
// readme, letter for letter, one pod after the other.
func TestWalkthrough(t *testing.T) {
	node := cluster.Start(t)
	node.Apply(walkthrough(t, "network"))
	const added = "192.0.3.0/24 dev net1"
	for _, test := range []struct {
		manifest  string
		want, not []string // routes of the pod
		shown     []string // by chainsawd, as the readme shows it
	}{
		{
			"look",
			[]string{"192.0.2.0/24 dev net1"},
			[]string{added},
			[]string{
				`Detected commands: \[route addr\]`,
				`Running ip netns exec \S+ ip route =+`,
				`192.0.2.0/24 dev net1 proto kernel scope link src 192.0.2.\d+ `,
				`Running ip netns exec \S+ ip addr =+`,
				`1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 .*`,
			},
		},
		{
			"route",
			[]string{added},
			nil,
			[]string{
				`Detected commands: \[route add 192.0.3.0/24 dev net1 route\]`,
				`Running ip netns exec \S+ ip route add 192.0.3.0/24 dev net1 =+`,
				`Running ip netns exec \S+ ip route =+`,
				`192.0.3.0/24 dev net1 scope link `,
			},
		},
		{
			"token",
			[]string{added},
			nil,
			[]string{
				`Detected commands: \[route add 192.0.3.0/24 dev CURRENT_INTERFACE route\]`,
				`Running ip netns exec \S+ ip route add 192.0.3.0/24 dev net1 =+`,
				`192.0.3.0/24 dev net1 scope link `,
			},
		},
	} {
		t.Run(test.manifest, func(t *testing.T) {
			node := node.For(t)
			node.Apply(walkthrough(t, test.manifest))
			pod := node.Pod("chainsawtestpod").Ready()
			wantRoutes(t, pod.Exec("ip", "route"), test.want, test.not)
			wantLines(t, node.Logs(), test.shown)

			net1 := pod.Status("net1")
			if len(net1.IPs) != 1 || !strings.HasPrefix(net1.IPs[0], "192.0.2.") {
				t.Errorf("Multus says of net1 %+v", net1)
			}
			pod.Delete()
		})
	}
}

func walkthrough(t *testing.T, name string) string {
	t.Helper()
	return read(t, "testdata/walkthrough/"+name+".yaml")
}

// wantLines wants lines that match these as a whole, in this order.
func wantLines(t *testing.T, text string, patterns []string) {
	t.Helper()
	lines := strings.Split(text, "\n")
	for _, pattern := range patterns {
		whole := regexp.MustCompile("^" + pattern + "$")
		at := slices.IndexFunc(lines, whole.MatchString)
		if at < 0 {
			t.Errorf("after those before it, no line is like\n\t%s\nin\n%s", pattern, text)
			return
		}
		lines = lines[at+1:]
	}
}
