package attacks

import (
	"slices"
	"testing"

	"github.com/chainsaw-cni/chainsaw/e2e/node"
)

func TestMacvlanLeavesTheHostsCardAlone(t *testing.T) {
	const refusal = "net1 is a macvlan whose parent is on the host"
	for _, test := range []struct{ name, line string }{
		{"taking the host's frames", "link add link net1 name up0 type macvlan mode source macaddr add 02:00:00:00:00:09"},
		{"keeping frames from the host", "link add link net1 name up0 type macvlan mode source flag nodst"},
		{"a second macvlan", "link add link net1 name up0 type macvlan mode bridge"},
		{"a macvtap", "link add link net1 name up0 type macvtap"},
		{"an ipvlan", "link add link net1 name up0 type ipvlan"},
		{"a vlan of the host", "link add link net1 name up0 type vlan id 100"},
		{"its own mode", "link set net1 type macvlan mode private"},
		{"promiscuous mode", "link set net1 promisc on"},
		{"all multicast", "link set net1 allmulticast on"},
		{"a multicast address", "maddress add 03:00:00:00:00:09 dev net1"},
		{"a MAC address", "link set net1 address 02:00:00:00:00:09"},
	} {
		t.Run(test.name, func(t *testing.T) {
			nic(t, "nic")
			attach(t, onNIC, podWants("", test.line)).withstands(t, test.line, refusal)
		})
	}
}

func TestVXLANOfTheHostIsNotRedirected(t *testing.T) {
	nic(t, "nic")
	for _, line := range []string{
		"link set net1 type vxlan id 7 remote 198.51.100.9 local 198.51.100.1",
		"link set net1 type vxlan id 7 dev nic ttl 9",
	} {
		t.Run(line, func(t *testing.T) {
			onHost(t, "link add card0 type vxlan id 7 remote 192.0.2.9 dstport 4789 dev nic")
			a := attach(t, moved, podWants("", line))
			t.Cleanup(func() { onHost(t, "link del card0") })
			t.Cleanup(func() { _ = a.del(t) })
			a.refused(t, 100, "net1 is a vxlan whose underlay is on the host")
		})
	}
	t.Run("which works without a wall", func(t *testing.T) {
		onHost(t, "link add card0 type vxlan id 7 remote 192.0.2.9 dstport 4789 dev nic")
		t.Cleanup(func() { onHost(t, "link del card0") })
		a := attach(t, moved)
		a.add(t)
		if err := a.asRoot(t, "link set net1 type vxlan id 7 remote 198.51.100.9 local 198.51.100.1"); err != nil {
			t.Error(err)
		}
		if got := find(links(t, a.inPod()...), "net1").Info.Data["remote"]; got != "198.51.100.9" {
			t.Errorf("the remote is %v", got)
		}
		if err := a.del(t); err != nil {
			t.Error(err)
		}
	})
}

func TestNetworksAreNotJoined(t *testing.T) {
	const bridge = "link add br0 type bridge"
	for _, test := range []struct {
		name  string
		lines []string
	}{
		{"a port", []string{bridge, "link set net1 master br0"}},
		{"both ports", []string{bridge, "link set eth0 master br0", "link set net1 master br0"}},
		{"a port on top of a port", []string{bridge, "link add link net1 name top0 type macvlan", "link set top0 master br0"}},
		{"a bond", []string{"link add bond0 type bond", "link set net1 master bond0"}},
		{"a ring", []string{"link add ring0 type hsr slave1 eth0 slave2 net1"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			netns := node.NetNS(t)
			attachTo(t, netns, "eth0", onBridge).add(t)
			a := attachTo(t, netns, "net1", onBridge, podWants(`, "onError": "continue"`, test.lines...))
			a.refused(t, 100, "came with the attachment")
			for _, l := range links(t, a.inPod()...) {
				if l.Master != "" {
					t.Errorf("%s has the master %s", l.Name, l.Master)
				}
			}
		})
	}
	t.Run("which works without a wall", func(t *testing.T) {
		a := attach(t, onBridge)
		a.add(t)
		for _, line := range []string{bridge, "link set net1 master br0"} {
			if err := a.asRoot(t, line); err != nil {
				t.Error(err)
			}
		}
	})
}

// TestSameWordsMeetAnotherDevice swaps the device under a name after all
// commands have been judged: a pod's own device, which may be enslaved, makes
// room for one on top of the attachment's.
func TestSameWordsMeetAnotherDevice(t *testing.T) {
	const enslave = "link set x0 master br0"
	a := attach(t, onBridge, podWants("",
		"link add br0 type bridge", "link add x0 type ifb", enslave,
		"link del x0", "link add link net1 name x0 type macvlan", enslave))
	a.refused(t, 100, "(cni-args #6): x0 is on top of net1, which came with the attachment")
	pod := links(t, a.inPod()...)
	if x0 := find(pod, "x0"); x0 == nil || x0.Info.Kind != "macvlan" || x0.Master != "" {
		t.Errorf("the commands before it have left %+v", x0)
	}
}

func TestDeviceHasFewQueues(t *testing.T) {
	for _, line := range []string{
		"link add x0 numtxqueues 4096 numrxqueues 4096 type veth peer name x1",
		"link add x0 type veth peer name x1 numtxqueues 4096",
		"link add x0 numtxqueues 17 type ifb",
	} {
		t.Run(line, func(t *testing.T) {
			attach(t, onBridge, podWants("", line)).withstands(t, line, "at most 16 queues")
		})
	}
}

// TestHostDeviceComesHome is about what the reference plugin does on DEL: it
// gives the device back under the name that its alias says.
func TestHostDeviceComesHome(t *testing.T) {
	lines := []string{
		"link set net1 alias stolen",
		"link set net1 name stolen",
		"link property add dev net1 altname card0",
		"link del net1",
	}
	home := func(t *testing.T) bool {
		card := find(links(t), "card0")
		return card != nil && card.Alias == "" && len(card.AltNames) == 0
	}
	for _, line := range lines {
		t.Run(line, func(t *testing.T) {
			nic(t, "card0")
			a := attach(t, moved, podWants("", line))
			a.refused(t, 100, "net1 came with the attachment")
			if err := a.del(t); err != nil {
				t.Errorf("DEL: %v", err)
			}
			if !home(t) {
				t.Errorf("card0 has not come home: %+v", links(t))
			}
		})
	}
	t.Run("in whose place stands another", func(t *testing.T) {
		nic(t, "card0")
		a := attach(t, moved, podWants("", "link set net1 name x0", "link add net1 type ifb"))
		a.refused(t, 100, "net1 came with the attachment")
	})
	t.Run("but does not without a wall", func(t *testing.T) {
		nic(t, "card0")
		a := attach(t, moved)
		a.add(t)
		if err := a.asRoot(t, lines[0]); err != nil {
			t.Fatal(err)
		}
		if err := a.del(t); err != nil || home(t) {
			t.Errorf("DEL: %v; the devices are %+v", err, links(t))
		}
		if !slices.ContainsFunc(links(t), func(l link) bool { return l.Name == "stolen" }) {
			t.Errorf("the pod chose no name: %+v", links(t))
		}
	})
}
