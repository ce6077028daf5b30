package attacks

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/chainsaw-cni/chainsaw/e2e/node"
)

// TestInterfaceThatIsAWordOfIP asks for attachments whose names `ip` would take
// for something else.
func TestInterfaceThatIsAWordOfIP(t *testing.T) {
	for _, name := range []string{"netns", "-batch", "-n", "if1", "any", "dev", "type", "help", "up"} {
		t.Run(name, func(t *testing.T) {
			a := attachTo(t, node.NetNS(t), name, onBridge, networkWants("link set CURRENT_INTERFACE mtu 1300"))
			a.refused(t, 103, "CURRENT_INTERFACE cannot be used")
			if got := find(links(t, a.inPod()...), name); got == nil || got.MTU != 1500 {
				t.Errorf("the interface is %+v", got)
			}
		})
	}
	t.Run("an ordinary one", func(t *testing.T) {
		attachTo(t, node.NetNS(t), "data0", onBridge, networkWants("link set CURRENT_INTERFACE mtu 1300")).add(t)
	})
}

// TestNumbersInOtherBasesAreRefused writes values that people and `ip` read as
// different ones.
func TestNumbersInOtherBasesAreRefused(t *testing.T) {
	for _, line := range []string{
		"route add 010.0.0.0/8 dev net1",
		"route add 0xb.0.0.0/8 dev net1",
		"route add 012.0.0.0/8 dev net1",
		"link set net1 mtu 01400",
		"link set net1 mtu 0x578",
		"route add 10.0.0.0/8 dev net1 table 010",
		"rule add from 010.0.0.1 table 100",
		"neigh add 0300.0.2.9 lladdr 02:00:00:00:00:09 dev net1",
	} {
		t.Run(line, func(t *testing.T) {
			attach(t, onBridge, podWants("", line)).refused(t, 100, "(cni-args #1)")
		})
	}
	t.Run("as which `ip` reads them", func(t *testing.T) {
		a := attach(t, onBridge)
		a.add(t)
		for _, line := range []string{"link set net1 mtu 02574", "route add 012.0.0.0/8 dev net1"} {
			if err := a.asRoot(t, line); err != nil {
				t.Error(err)
			}
		}
		routes, err := ipCommand(t, append(a.inPod(), "route")...)
		if err != nil || !strings.Contains(string(routes), "10.0.0.0/8") {
			t.Errorf("012.0.0.0/8 became %s, %v", routes, err)
		}
		if got := find(links(t, a.inPod()...), "net1").MTU; got != 1404 {
			t.Errorf("the MTU of 02574 is %d", got)
		}
	})
}

// TestNeighboursAddress is about what the wide variant is for, and what the
// others are for.
func TestNeighboursAddress(t *testing.T) {
	const (
		take  = "addr add 192.0.2.77/24 dev net1"
		rules = `[{"allow": "addr add", "args": {"dev": true, "local": {"cidr": ["198.51.100.0/24"]}}}]`
	)
	t.Run("can be had in chainsaw", func(t *testing.T) {
		attach(t, onBridge, podWants("", take)).add(t)
	})
	t.Run("is what a rule forbids", func(t *testing.T) {
		attach(t, onBridge, filtered(rules, take)).refused(t, 100, `"local" may be within 198.51.100.0/24`)
	})
	t.Run("is what the node's policy forbids", func(t *testing.T) {
		policy(t, `{"caps": [{"namespaces": ["*"], "variant": "chainsaw", "rules": `+rules+`}]}`)
		attach(t, onBridge, podWants("", take)).refused(t, 100, "the node's policy does not allow it")
	})
}

// forgery is a name that, printed as it is, would be a line of ours.
const forgery = "x\nRunning ip netns exec pod-1 ip link ===============\n\x1b[2J\u202e"

func TestOutputForgesNoLine(t *testing.T) {
	t.Run("a pod cannot write one", func(t *testing.T) {
		attach(t, onBridge, podWants("", "link add x0 type ifb", "link set x0 alias "+forgery)).refused(t, 103, "(cni-args #2)")
	})
	t.Run("one that is there is printed harmless", func(t *testing.T) {
		d := playChainsawd(t, "")
		a := attach(t, onBridge, networkWants("link show dev lo", "-json link show dev lo"))
		if _, err := ipCommand(t, append(a.inPod(), "link", "set", "lo", "alias", forgery)...); err != nil {
			t.Fatal(err)
		}
		a.add(t)
		var page, lines strings.Builder
		r := d.Last(t)
		if err := r.WriteText(&page); err != nil {
			t.Fatal(err)
		}
		if err := r.WriteJSON(&lines); err != nil {
			t.Fatal(err)
		}
		if n := strings.Count("\n"+page.String(), "\nRunning ip netns exec "); n != 2 || strings.ContainsAny(page.String(), "\x1b\u202e") {
			t.Errorf("two commands have %d headers in:\n%q", n, page.String())
		}
		if !json.Valid([]byte(lines.String())) || strings.ContainsAny(lines.String(), "\x1b\u202e") {
			t.Errorf("the report is %q", lines.String())
		}
	})
}
