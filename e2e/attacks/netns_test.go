package attacks

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/chainsaw-cni/chainsaw/e2e/node"
)

// TestNoLineLeavesTheNetns runs what `ip` understands as a way out, in the
// forms that `ip` takes.
func TestNoLineLeavesTheNetns(t *testing.T) {
	other := filepath.Base(node.NetNS(t))
	a := attach(t, onBridge)
	a.add(t)
	for _, test := range []struct{ name, line string }{
		{"a device to the node", "link set net1 netns 1"},
		{"a device to another pod", "link set net1 netns " + other},
		{"a device to a path", "link set net1 netns /proc/1/ns/net"},
		{"abbreviated", "l s net1 net 1"},
		{"a keyword as a device", "link set netns netns 1"},
		{"a peer", "link add x0 type veth peer name x1 netns 1"},
		{"a new device elsewhere", "link add x0 netns 1 type ifb"},
		{"a new device by index", "link add x0 index 77 netns " + other + " type ifb"},
		{"a program in a netns", "netns exec " + other + " id"},
		{"a program in all netns", "-all netns exec id"},
		{"a netns option", "-n " + other + " link"},
		{"a netns option in full", "-netns " + other + " link set lo up"},
		{"an abbreviated option", "-ne " + other + " link"},
		{"a netns made", "netns add stolen"},
		{"a netns entered by number", "netns attach stolen 1"},
		{"a number for a netns", "netns set " + other + " 5"},
		{"a program in a VRF", "vrf exec default id"},
		{"a batch", "-batch /etc/passwd"},
		{"a batch from stdin", "-b -"},
		{"an option after the object", "link -b /etc/passwd"},
		{"a program for a card", "link set net1 xdp object /tmp/x.o"},
		{"a program for a route", "route add 10.0.0.0/8 encap bpf out obj /tmp/x.o dev net1"},
		{"a virtual function", "link set net1 vf 0 mac 02:00:00:00:00:09"},
		{"a file", "monitor file /etc/passwd"},
		{"a shell's words", "link; id"},
		{"something that never ends", "monitor all"},
	} {
		for _, plugin := range []string{"chainsaw", "chainsaw-inspect", "chainsaw-filter"} {
			t.Run(plugin+" "+test.name, func(t *testing.T) {
				before := a.state(t)
				config := fmt.Sprintf(`{"cniVersion": "1.0.0", "name": "n", "type": %q, "commands": [%q], %s}`, plugin, test.line, someResult)
				wantError(t, call(t, plugin, config, nil, environment(a.conf.NetNS)...), 100, "(net-attach-def default #1)")
				if after := a.state(t); before != after {
					t.Errorf("something changed:\n%s\nfrom:\n%s", after, before)
				}
			})
		}
	}
	t.Run("as one does without a wall", func(t *testing.T) {
		if err := a.asRoot(t, "link add x0 netns "+other+" type ifb"); err != nil {
			t.Error(err)
		}
		if found, err := ipCommand(t, "-n", other, "link", "show", "x0"); err != nil {
			t.Errorf("%s, %v", found, err)
		}
	})
}

// TestLinkNetnsidIsRefused is about the one way out that no other wall stops:
// a device whose lower half is a card of the node, named by its index.
func TestLinkNetnsidIsRefused(t *testing.T) {
	nic(t, "nic")
	card, err := net.InterfaceByName("nic")
	if err != nil {
		t.Fatal(err)
	}
	line := fmt.Sprintf("link add link if%d name x0 link-netnsid 0 type macvlan", card.Index)
	// A veth of the bridge's has its other end in the node's netns, which
	// thereby has the number 0 in the pod's.
	attach(t, onBridge, podWants("", line)).withstands(t, line, "(cni-args #1)")
}

// TestNetnsOfTheNodeIsRefused is about a plugin that does not run in the node's
// netns itself, as under a Multus daemon without hostNetwork.
func TestNetnsOfTheNodeIsRefused(t *testing.T) {
	config := `{"cniVersion": "1.0.0", "name": "n", "type": "chainsaw", "commands": ["ip link set lo mtu 1300"], ` + someResult + `}`
	elsewhere := &syscall.SysProcAttr{Unshareflags: syscall.CLONE_NEWNET}
	for _, netns := range []string{"/proc/1/ns/net", "/proc/self/ns/net", "/proc/1/task/1/ns/net"} {
		for name, attr := range map[string]*syscall.SysProcAttr{"from the node's netns": nil, "from another netns": elsewhere} {
			t.Run(netns+" "+name, func(t *testing.T) {
				wantError(t, call(t, "chainsaw", config, attr, environment(netns)...), 8, "not a pod's")
			})
		}
	}
	if lo := find(links(t), "lo"); lo.MTU == 1300 {
		t.Error("the command ran in the node's netns")
	}
}

// TestSandboxIsNotOpened gives a prevResult whose sandbox is another pod, and
// one whose sandbox would hang who opens it.
func TestSandboxIsNotOpened(t *testing.T) {
	fifo := filepath.Join(t.TempDir(), "sandbox")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	victim, a := attach(t, onBridge), attach(t, onBridge)
	victim.add(t)
	a.add(t)
	for _, sandbox := range []string{victim.conf.NetNS, "/proc/1/ns/net", fifo} {
		t.Run(sandbox, func(t *testing.T) {
			config := fmt.Sprintf(`{"cniVersion": "1.0.0", "name": "n", "type": "chainsaw", "commands": ["ip link set CURRENT_INTERFACE mtu 1300"],
				"prevResult": {"cniVersion": "1.0.0", "interfaces": [{"name": "net1", "sandbox": %q}]}}`, sandbox)
			if err := call(t, "chainsaw", config, nil, environment(a.conf.NetNS)...); err != nil {
				t.Fatal(err)
			}
			if got := find(links(t, a.inPod()...), "net1").MTU; got != 1300 {
				t.Errorf("the pod's MTU is %d", got)
			}
			if got := find(links(t, victim.inPod()...), "net1").MTU; got != 1500 {
				t.Errorf("the other pod's MTU is %d", got)
			}
			if err := a.asRoot(t, "link set net1 mtu 1500"); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestIPIsNobodyElses is about an `ip` that others than root could replace.
func TestIPIsNobodyElses(t *testing.T) {
	canary := filepath.Join(t.TempDir(), "canary")
	standIn(t, "#!/bin/sh\n: > "+canary+"\n", 0o777)
	attach(t, onBridge, networkWants("link")).refused(t, 50, "only root could have put there")
	if _, err := os.Stat(canary); err == nil {
		t.Error("it ran")
	}
}
