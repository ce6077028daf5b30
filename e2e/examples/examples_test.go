// Package examples runs every file of the folder examples/ by `chainsawctl try`,
// as the README tells people to, and looks at what it shows: as root, and as a
// user who may do nothing but make user namespaces.
package examples

import (
	"path/filepath"
	"slices"
	"testing"
)

// expectations are the lines that each example is there for, in their order.
// What IPAM and the kernel choose by themselves is NETNS and MAC.
var expectations = map[string][]string{
	"walkthrough.yaml": {
		"Pod default/chainsawtestpod",
		"net1: network default/test-chainsaw (bridge, chainsaw)",
		"Detected commands: [route addr]",
		"Running ip netns exec NETNS ip route ===============",
		"192.0.2.0/24 dev net1 proto kernel scope link src 192.0.2.2 ",
		"Running ip netns exec NETNS ip addr ===============",
		"    inet 192.0.2.2/24 brd 192.0.2.255 scope global net1",
		"chainsaw changed nothing in the netns.",
		"ADD and CHECK went well",
		"DEL of net1 went well",

		"Pod default/chainsawtestpod-route",
		"Detected commands: [route add 192.0.3.0/24 dev net1 route]",
		"Running ip netns exec NETNS ip route add 192.0.3.0/24 dev net1 ===============",
		"Running ip netns exec NETNS ip route ===============",
		"192.0.2.0/24 dev net1 proto kernel scope link src 192.0.2.3 ",
		"192.0.3.0/24 dev net1 scope link ",
		"chainsaw changed in the netns:",
		"  IPv4 routes",
		"    + 192.0.3.0/24 dev net1 scope link",
		"Result:",
		"  interface net1 mac MAC",
		"  address 192.0.2.3/24 gateway 192.0.2.1",
		"  route 192.0.3.0/24",

		"Pod default/chainsawtestpod-current-interface",
		"    + 192.0.3.0/24 dev net1 scope link",
	},
	"defaults.yaml": {
		"Pod default/takes-the-default",
		"    + 198.51.100.0/24 dev net1 scope link",
		"Pod default/replaces",
		"  IPv4 routes",
		"    + 203.0.113.0/24 dev net1 scope link",
		"Result:",
		"Pod default/wants-none",
		"chainsaw reported no commands.",
		"chainsaw changed nothing in the netns.",
		"Pod default/appends",
		"    + 198.51.100.0/24 dev net1 scope link",
		"    + 203.0.113.0/24 dev net1 scope link",
	},
	"inspect.yaml": {
		"net1: network default/looked-into (bridge, chainsaw-inspect)",
		"Detected commands: [-brief address]",
		"chainsaw-inspect changed nothing in the netns.",
	},
	"filter.yaml": {
		"net1: network default/bounded (bridge, chainsaw-filter)",
		"chainsaw-filter changed in the netns:",
		"    - net1 mtu 1500",
		"    + net1 mtu 1400",
		"    + 10.1.0.0/16 via 192.0.2.1 dev net1",
	},
	"source-routing.yaml": {
		"    + default via 192.0.2.1 dev net1 table 100",
		"  IPv4 rules",
		"    + 32765: from 192.0.2.2 lookup 100",
	},
	"mtu.yaml": {
		"    - net1 mtu 1500",
		"    + net1 mtu 1400",
		"  interface net1 mac MAC mtu 1400",
	},
	"per-attachment.yaml": {
		"net1: network default/red (bridge, chainsaw)",
		"    + 10.1.0.0/16 dev net1 scope link",
		"uplink: network default/blue (bridge, chainsaw)",
		"    + 10.2.0.0/16 dev uplink scope link",
		"DEL of uplink went well",
		"DEL of net1 went well",
	},
	"cni-args.yaml": {
		"lab1: network default/lab (bridge, chainsaw)",
		"    + 10.3.0.0/16 dev lab1 scope link",
		"lab2: network default/lab (bridge, chainsaw)",
		"chainsaw changed nothing in the netns.",
	},
	"default-network.yaml": {
		"eth0: network kube-system/pod-network (ptp, chainsaw)",
		"    + 203.0.113.0/24 via 10.244.0.1 dev eth0",
		"  address 10.244.0.2/24 gateway 10.244.0.1",
		"  route 203.0.113.0/24 via 10.244.0.1",
	},
}

func TestEveryExampleIsExpected(t *testing.T) {
	for _, file := range files(t) {
		if expectations[filepath.Base(file)] == nil {
			t.Errorf("nobody says what %s should show", file)
		}
	}
	if got, want := len(files(t)), len(expectations); got < want {
		t.Errorf("there are %d examples, %d were expected", got, want)
	}
}

func TestExamples(t *testing.T) {
	for name, user := range map[string]user{"as this user": thisUser(t), "without root": unprivileged(t)} {
		t.Run(name, func(t *testing.T) {
			user.check(t)
			for _, file := range files(t) {
				t.Run(filepath.Base(file), func(t *testing.T) {
					out, code := user.try(t, "-f", user.copied(t, file))
					if code != 0 {
						t.Errorf("the exit code is %d", code)
					}
					wantLines(t, out, expectations[filepath.Base(file)])
				})
			}
		})
	}
}

func files(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("../../examples/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(files)
	return files
}
