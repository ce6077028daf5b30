package chain

import (
	"strings"
	"testing"

	"github.com/chainsaw-cni/chainsaw/e2e/node"
)

// commands is a chain link of a plugin with these defaults and further keys.
func commands(plugin, keys string, lines ...string) string {
	return `{"type": "` + plugin + `", "commands": ["` + strings.Join(lines, `", "`) + `"]` + keys + `}`
}

// asked is the same with the commands in cni-args, where they count as the
// pod's.
func asked(plugin, keys string, lines ...string) string {
	return `{"type": "` + plugin + `", "args": {"cni": {"chainsaw": ["` + strings.Join(lines, `", "`) + `"]}}` + keys + `}`
}

func TestVariants(t *testing.T) {
	const rules = `, "rules": [{"allow": "read"}, {"allow": "route add", "args": {"to": {"cidr": ["10.0.0.0/8"]}, "dev": {"in": ["CURRENT_INTERFACE"]}}}]`
	for _, test := range []struct {
		name, link string
		code       uint // 0 when it runs
		says       string
	}{
		{"chainsaw changes", asked("chainsaw", "", "ip route add 11.0.0.0/8 dev net1"), 0, ""},
		{"chainsaw stays in the netns", asked("chainsaw", "", "ip netns exec x id"), 100, "cni-args #1"},
		{"inspect reads", asked("chainsaw-inspect", "", "ip -d -s addr", "ip route show table all"), 0, ""},
		{"inspect does not change", asked("chainsaw-inspect", "", "ip route add 11.0.0.0/8 dev net1"), 100, "runs only commands that read"},
		{"inspect has no privilege for a read either", asked("chainsaw-inspect", "", "ip xfrm state"), 101, "Operation not permitted"},
		{"filter runs what a rule allows", asked("chainsaw-filter", rules, "ip ro a 10.1.0.0/16 dev net1", "ip route"), 0, ""},
		{"filter refuses what no rule allows", asked("chainsaw-filter", rules, "ip route add 11.0.0.0/8 dev net1"), 100, `"to" may be within 10.0.0.0/8`},
		{"filter runs the network's own", commands("chainsaw-filter", rules, "ip route add 11.0.0.0/8 dev net1"), 0, ""},
		{"filter refuses without rules", asked("chainsaw-filter", "", "ip route"), 100, "there are no rules"},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := newAttachment(t, "1.0.0", test.link)
			if test.code == 0 {
				a.add(t)
				return
			}
			a.refuse(t, test.code, test.says)
		})
	}
}

func TestNothingRunsBeforeAllIsJudged(t *testing.T) {
	a := newAttachment(t, "1.0.0", commands("chainsaw", "", "ip link set net1 mtu 1400", "ip link set net1 netns 1"))
	a.refuse(t, 100, "net-attach-def default #2")
	// The interface is as it was: an inspection in the same netns shows it.
	d := (&node.Chainsawd{}).Start(t)
	if err := a.cni.DelNetworkList(t.Context(), a.list, a.conf); err != nil {
		t.Fatal(err)
	}
	look := newAttachment(t, "1.0.0", commands("chainsaw", "", "ip link show dev net1"))
	look.conf.NetNS = a.conf.NetNS
	look.add(t)
	if out := d.Reports(t)[0].Commands[0].Stdout; !strings.Contains(out, "mtu 1500") {
		t.Errorf("a command ran: %s", out)
	}
}

func TestCommandThatFails(t *testing.T) {
	lines := []string{"ip route add 10.0.0.0/8 via 203.0.113.1", "ip link set net1 mtu 1400"}
	t.Run("fails the ADD, and says where and why", func(t *testing.T) {
		newAttachment(t, "1.0.0", commands("chainsaw", "", lines...)).
			refuse(t, 101, "`ip route add to 10.0.0.0/8 via 203.0.113.1`", "net-attach-def default #1", "exit code 2", "Nexthop has invalid gateway")
	})
	t.Run("does not keep the next from running when told to go on", func(t *testing.T) {
		result := newAttachment(t, "1.1.0", commands("chainsaw", `, "onError": "continue"`, lines...)).add(t)
		for _, i := range result.Interfaces {
			if i.Name == "net1" && i.Mtu != 1400 {
				t.Errorf("the MTU is %d", i.Mtu)
			}
		}
	})
}

func TestStateOfDevices(t *testing.T) {
	for _, test := range []struct{ line, says string }{
		{"ip link set net1 name x0", "came with the attachment"},
		{"ip link set net1 alias x", "came with the attachment"},
		{"ip link del net1", "came with the attachment"},
	} {
		t.Run(test.line, func(t *testing.T) {
			newAttachment(t, "1.0.0", commands("chainsaw", "", test.line)).refuse(t, 100, test.says, "net-attach-def default #1")
		})
	}
	t.Run("what the commands made is theirs to change", func(t *testing.T) {
		newAttachment(t, "1.0.0", commands("chainsaw", "", "ip link add v0 type veth peer name v1", "ip link set v0 name x0", "ip link del x0")).add(t)
	})
}

func TestKeysStayOutOfErrorsAndReports(t *testing.T) {
	const key = "0x00112233445566778899aabbccddeeff"
	d := (&node.Chainsawd{}).Start(t)
	newAttachment(t, "1.0.0", commands("chainsaw", "",
		"ip xfrm state add src 10.0.0.1 dst 10.0.0.2 proto esp spi 1 enc cbc(aes) "+key,
		"ip xfrm state list",
		"ip link set net1 netns 1")).refuse(t, 100)
	newAttachment(t, "1.0.0", commands("chainsaw", "",
		"ip xfrm state add src 10.0.0.1 dst 10.0.0.2 proto nonsense enc cbc(aes) "+key)).refuse(t, 100)
	for _, r := range d.Reports(t) {
		for _, c := range r.Commands {
			if strings.Contains(c.Text+c.Run+c.Reason+c.Stdout+c.Stderr+r.Error, key[2:]) {
				t.Errorf("a key is in the report: %+v", c)
			}
		}
	}
}
