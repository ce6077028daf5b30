package device

import (
	"errors"
	"strings"
	"testing"
)

func TestGuardRefuses(t *testing.T) {
	tests := []struct {
		name  string
		older []string // run before the guard looks: what came with the attachment
		newer []string // run after it, as if they had been permitted
		line  string
		item  Item
		says  string
	}{
		{
			name: "a macvlan on a macvlan of the host",
			line: "link add link net1 name up0 type macvlan mode source macaddr add 02:00:00:00:00:09",
			item: HostBackedParent, says: "net1 is a macvlan whose parent is on the host: no other device may be put on top of it here",
		},
		{name: "a macvtap on a macvtap of the host", line: "link add link net2 name up0 type macvtap", item: HostBackedParent, says: "net2 is a macvtap"},
		{name: "an ipvlan on a macvlan of the host", line: "link add link net1 name up0 type ipvlan", item: HostBackedParent},
		{name: "a vlan on a macvlan of the host", line: "link add link net1 name up0 type vlan id 5", item: HostBackedParent},
		{name: "a macsec on a macvlan of the host", line: "link add link net1 name up0 type macsec", item: HostBackedParent},
		{name: "a vlan by link replace", line: "link replace link net1 name up0 type vlan id 5", item: HostBackedParent},
		{name: "a link given to link set", line: "link set net4 link net1", item: HostBackedParent},

		{name: "type options of a macvlan", line: "link set net1 type macvlan mode passthru", item: HostBackedType, says: "the options of its type"},
		{name: "type options by link change", line: "link change net1 type macvlan mode passthru", item: HostBackedType},
		{name: "a type without options", line: "link set net1 type macvlan", item: HostBackedType},
		{
			name: "type options of a vxlan with its underlay on the host",
			line: "link set net3 type vxlan remote 192.0.2.1 local 192.0.2.2",
			item: HostBackedType, says: "net3 is a vxlan whose underlay is on the host",
		},
		{name: "a tunnel changed by ioctl", line: "tunnel change net3 mode gre remote 192.0.2.1", item: HostBackedType},
		{name: "a tunnel's routers changed by ioctl", line: "tunnel prl prl-default 192.0.2.1 dev net3", item: HostBackedType},
		{name: "macsec settings", line: "macsec add net1 tx sa 0 pn 1 on key 01 00112233445566778899aabbccddeeff", item: HostBackedType},

		{
			name: "a MAC address",
			line: "link set net1 address 02:00:00:00:00:09",
			item: HostBackedAddress,
			says: `net1 is a macvlan whose parent is on the host: its MAC address may not be changed here (the node's policy could permit "host-backed-address")`,
		},
		{name: "promiscuous mode", line: "link set net1 promisc on", item: HostBackedPromisc},
		{name: "promiscuous mode of a device that is called a name", line: "link set name net1 promisc on", item: HostBackedPromisc},
		{name: "all multicast", line: "link set net2 allmulticast on", item: HostBackedAllmulticast},
		{name: "a multicast address", line: "maddr add 33:33:00:00:00:09 dev net1", item: HostBackedMaddr},
		{name: "a multicast address taken away", line: "maddr del 33:33:00:00:00:09 dev net1", item: HostBackedMaddr},
		{
			name: "a device named by its altname", older: []string{"link property add dev net1 altname other"},
			line: "link set other promisc on", item: HostBackedPromisc, says: "net1 is a macvlan",
		},

		{
			name: "a name", line: "link set eth0 name eth1",
			item: AttachedRename, says: `eth0 came with the attachment: it may not be renamed here (the node's policy could permit "attached-rename")`,
		},
		{name: "an alias", line: "link set eth0 alias other", item: AttachedAlias},
		{name: "an altname", line: "link property add dev eth0 altname other", item: AttachedAlias},
		{
			name: "an altname taken away", older: []string{"link property add dev eth0 altname other"},
			line: "link property del dev other altname other", item: AttachedAlias,
		},
		{name: "a deletion", line: "link del eth0", item: AttachedDelete},
		{name: "a deletion that gives the type", line: "link del dev eth0 type veth", item: AttachedDelete},
		{name: "a deletion of a tunnel", line: "tunnel del net3", item: AttachedDelete},
		{name: "a deletion of a tap", line: "tuntap del dev eth0 mode tap", item: AttachedDelete},
		{name: "a tunnel that is found by its addresses", line: "tunnel del mode gre remote 192.0.2.1", item: "", says: `"ip tunnel delete" may only be run on a device that it names`},

		{name: "a port of a bridge", newer: []string{"link add br0 type bridge"}, line: "link set eth0 master br0", item: AttachedEnslave},
		{name: "a port of a bridge that is not there", line: "link set eth0 master br0", item: AttachedEnslave},
		{name: "a VRF", line: "link set eth0 vrf blue", item: AttachedEnslave},
		{
			name: "a port taken out of its bridge", older: []string{"link add br0 type bridge", "link set eth0 master br0"},
			line: "link set eth0 nomaster", item: AttachedEnslave,
		},
		{name: "a port of an hsr", line: "link add ring type hsr slave1 net4 slave2 new0", item: AttachedEnslave, says: "net4 came with the attachment"},
		{name: "the other port of an hsr", line: "link add ring type hsr slave1 new0 slave2 net4", item: AttachedEnslave},
		{name: "the interlink of an hsr", line: "link add ring type hsr slave1 new0 slave2 new1 interlink net4", item: AttachedEnslave},
		{
			name: "a bridge's port on top of a device of the attachment", newer: []string{"link add link eth0 name mac0 type macvlan", "link add br0 type bridge"},
			line: "link set mac0 master br0", item: AttachedEnslave, says: "mac0 is on top of eth0, which came with the attachment",
		},

		{
			name: "a port that is made on top of a device of the attachment", newer: []string{"link add br0 type bridge"},
			line: "link add link eth0 name mac0 master br0 type macvlan", item: AttachedEnslave, says: "eth0 came with the attachment",
		},
		{name: "such a port by link replace", line: "link replace link eth0 name mac0 vrf blue type macvlan", item: AttachedEnslave},

		{
			name: "a bridge on top of a macvlan of the host", newer: []string{"link add br0 type bridge", "link set net1 master br0"},
			line: "link set br0 promisc on", item: HostBackedPromisc, says: "br0 is on top of net1, which is a macvlan whose parent is on the host",
		},
		{
			name: "a macvlan on a bridge on a macvlan", newer: []string{"link add br0 type bridge", "link set net1 master br0", "link add link br0 name mac0 type macvlan"},
			line: "link set mac0 address 02:00:00:00:00:09", item: HostBackedAddress, says: "mac0 is on top of net1",
		},
		{
			name: "a macvlan on a macvlan, which the kernel puts on the host", newer: []string{"link add link net1 name mac0 type macvlan"},
			line: "link set mac0 promisc on", item: HostBackedPromisc, says: "mac0 is a macvlan whose parent is on the host",
		},
		{
			name: "a macvlan of the attachment of which an old kernel would tell nothing", older: []string{"link add link eth0 name mac0 type macvlan"},
			line: "link set mac0 promisc on", item: HostBackedPromisc, says: "mac0 is of the type macvlan, whose frames may go through the host",
		},

		{name: "many queues", line: "link add new0 numtxqueues 17 type ifb", says: "numtxqueues 17: a device may have at most 16 queues"},
		{name: "many queues of a peer", line: "link add new0 type veth peer name new1 numrxqueues 4096", says: "numrxqueues 4096"},
		{name: "a long queue", line: "link add new0 txqueuelen 10001 type ifb", says: "txqueuelen 10001: a queue may be at most 10000 packets long"},
		{name: "a long queue of a device of the attachment", line: "link set eth0 qlen 500000", says: "txqueuelen 500000"},
		{name: "a tap with queues", line: "tuntap add new0 mode tap multi_queue", says: "multi_queue"},
	}
	untouched := newWorld(t).guard()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			g := untouched
			if tt.older != nil || tt.newer != nil {
				w := newWorld(t)
				w.inPod(tt.older...)
				g = w.guard()
				w.inPod(tt.newer...)
			}

			var v *Violation
			if err := g.Check(parse(t, tt.line)); !errors.As(err, &v) {
				t.Fatalf("got %v, want a violation", err)
			}
			if v.Item != tt.item || !strings.Contains(v.Text, tt.says) {
				t.Errorf("got %q: %s\nwant %q: %s", v.Item, v.Text, tt.item, tt.says)
			}
		})
	}
}

func TestGuardLetsPass(t *testing.T) {
	tests := []struct {
		name  string
		newer []string
		line  string
	}{
		{name: "reads", line: "link show net1"},
		{name: "addresses and routes", line: "address add 10.1.2.3/24 dev net1"},
		{name: "state, MTU and queue of a host-backed device", line: "link set net1 up mtu 1400 txqueuelen 10"},
		{name: "a MAC address of a veth", line: "link set eth0 address 02:00:00:00:00:09"},
		{name: "promiscuous mode of a veth", line: "link set eth0 promisc on allmulticast on"},
		{name: "a multicast address of a veth", line: "maddr add 33:33:00:00:00:09 dev eth0"},
		{name: "a macvlan on a veth", line: "link add link eth0 name mac0 type macvlan"},
		{name: "a tunnel over a host-backed device", line: "link add vx0 type vxlan id 7 dstport 4789 remote 192.0.2.1 dev net1"},
		{name: "up to 16 queues", line: "link add new0 numtxqueues 16 numrxqueues 16 txqueuelen 10000 type ifb"},
		{name: "a new port that is on top of nothing", line: "link add new0 master br0 promisc on type ifb"},
		{name: "a device that is not there", line: "link set nosuch promisc on"},
		{name: "a new device under the name of an old one, which ip refuses", line: "link add eth0 type ifb"},
		{name: "nomaster of a device that has none", line: "link set eth0 nomaster"},
		{name: "anything with a device made here", newer: []string{"link add new0 type ifb"}, line: "link set new0 name new1 alias other address 02:00:00:00:00:09"},
		{name: "a deletion of a device made here", newer: []string{"link add new0 type ifb"}, line: "link del new0"},
		{name: "a tap deleted with its queues", line: "tuntap del new0 mode tap multi_queue"},
		{name: "a port that was made here", newer: []string{"link add new0 type ifb", "link add br0 type bridge"}, line: "link set new0 master br0"},
		{
			name:  "a bridge's port that is a tunnel over a host-backed device",
			newer: []string{"link add vx0 type vxlan id 7 dstport 4790 dev net1", "link add br0 type bridge"}, line: "link set vx0 master br0",
		},
		{
			name:  "type options of a tunnel made here over a host-backed device",
			newer: []string{"link add vx0 type vxlan id 7 dstport 4790 dev net1"}, line: "link set vx0 type vxlan dev net1 ttl 9",
		},
		{name: "type options of a macvlan made here on a veth", newer: []string{"link add link eth0 name mac0 type macvlan mode bridge"}, line: "link set mac0 type macvlan mode private"},
	}
	untouched := newWorld(t).guard()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			g := untouched
			if tt.newer != nil {
				w := newWorld(t)
				g = w.guard()
				w.inPod(tt.newer...)
			}
			if err := g.Check(parse(t, tt.line)); err != nil {
				t.Errorf("refused: %v", err)
			}
		})
	}
}

func TestPolicyPermitsSingleItems(t *testing.T) {
	tests := []struct {
		name      string
		permitted []Item
		line      string
		refused   Item // "": none
	}{
		{"the item", []Item{HostBackedAddress}, "link set net1 address 02:00:00:00:00:09", ""},
		{"another item", []Item{HostBackedAddress}, "link set net1 promisc on", HostBackedPromisc},
		{"one of two", []Item{HostBackedAddress}, "link set net1 address 02:00:00:00:00:09 name net9", AttachedRename},
		{"a port of a bridge becomes promiscuous", []Item{AttachedEnslave}, "link set net1 master br0", HostBackedPromisc},
		{"a port of a bridge keeps its address", []Item{AttachedEnslave, HostBackedPromisc}, "link set net1 master br0", ""},
		{"a port of another master may not keep it", []Item{AttachedEnslave, HostBackedPromisc}, "link set net1 master net4", HostBackedAddress},
		{"a port of an hsr becomes promiscuous", []Item{AttachedEnslave}, "link add ring type hsr slave1 net1 slave2 eth0", HostBackedPromisc},
		{"the other port of an hsr", []Item{AttachedEnslave}, "link add ring type hsr slave1 eth0 slave2 net1", HostBackedPromisc},
		{"the interlink of an hsr", []Item{AttachedEnslave}, "link add ring type hsr slave1 eth0 slave2 new0 interlink net1", HostBackedPromisc},
		{"a port of a master that is not there, as ip will say", []Item{AttachedEnslave}, "link set net1 master nosuch", ""},
		{"a port that is a veth", []Item{AttachedEnslave}, "link set eth0 master br0", ""},
		{"a device on top", []Item{HostBackedParent}, "link add link net1 name up0 type macvlan", ""},
		{"a device on top that is promiscuous", []Item{HostBackedParent}, "link add link net1 name up0 promisc on type macvlan", HostBackedPromisc},
		{"a device on top that is a port", []Item{HostBackedParent, AttachedEnslave}, "link add link net1 name up0 master br0 type macvlan", HostBackedPromisc},
		{"a device on top that hears all multicast", []Item{HostBackedParent}, "link add link net1 name up0 allmulticast on type macvlan", HostBackedAllmulticast},
		{"no item permits many queues", Items(), "link add new0 numtxqueues 17 type ifb", ""},
	}
	w := newWorld(t)
	w.inPod("link add br0 type bridge")
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			g := w.guard(tt.permitted...)
			err := g.Check(parse(t, tt.line))
			var v *Violation
			switch refused := errors.As(err, &v); {
			case strings.Contains(tt.line, "queues"):
				if !refused || v.Item != "" {
					t.Errorf("got %v", err)
				}
			case refused && v.Item != tt.refused, !refused && (tt.refused != "" || err != nil):
				t.Errorf("got %v, want %q", err, tt.refused)
			}
		})
	}
}

// A device that was deleted and made anew, as a policy may permit, is no longer
// the one that came with the attachment.
func TestGuardKnowsDevicesByIndex(t *testing.T) {
	w := newWorld(t)
	g := w.guard()
	w.inPod("link del net4", "link add net4 type ifb")
	if err := g.Check(parse(t, "link del net4")); err != nil {
		t.Errorf("a device made here under an old name: %v", err)
	}
	w.inPod("link set eth0 name eth9")
	if err := g.Check(parse(t, "link del eth9")); err == nil {
		t.Error("a device of the attachment passed under a new name")
	}
}

func TestStackHasPortsOfUnknownMasters(t *testing.T) {
	w := newWorld(t)
	g := w.guard()
	w.inPod("link add br0 type bridge", "link set net1 master br0")
	master, there, err := g.lookup("br0")
	if err != nil || !there {
		t.Fatal(there, err)
	}
	master.Kind = "batadv"
	stack, err := g.stack(master)
	if err != nil || len(stack) != 2 || stack[1].Name != "net1" {
		t.Errorf("got %v, %v", stack, err)
	}
}

// What the table of effects takes for granted.
func TestKernelChangesNoExistingDeviceOnAdd(t *testing.T) {
	w := newWorld(t)
	w.inPod("link add br0 type bridge")
	for _, verb := range []string{"add", "replace"} {
		if out, err := w.try(w.pod, "link "+verb+" br0 type bridge stp_state 1"); err == nil {
			t.Errorf("link %s changed a bridge: %s", verb, out)
		}
	}
	out, _ := w.try(w.pod, "-d link show br0")
	if !strings.Contains(out, "stp_state 0") {
		t.Errorf("the bridge was changed: %s", out)
	}
}

// Why there is a guard at all.
func TestPromiscuousMacvlanReachesTheHost(t *testing.T) {
	w := newWorld(t)
	for _, line := range []string{"link set net1 up", "link set net1 promisc on"} {
		if err := w.guard(Items()...).Check(parse(t, line)); err != nil {
			t.Fatal(err)
		}
		w.inPod(line)
	}
	nic, err := w.hostLinks.LinkByName("nic")
	if err != nil {
		t.Fatal(err)
	}
	if nic.Attrs().Promisc == 0 {
		t.Error("the nic of the host did not become promiscuous: the check may be too strict")
	}
}

func TestFailedLookupIsNoPermission(t *testing.T) {
	g := newWorld(t).guard()
	c := parse(t, "link set eth0 name eth9")
	c.Args[0].Value = strings.Repeat("x", 200) // more than the kernel takes for a name
	var v *Violation
	if err := g.Check(c); err == nil || errors.As(err, &v) {
		t.Errorf("a lookup that the kernel refuses gave %v", err)
	}
}
