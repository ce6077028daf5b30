package ipcmd

import (
	"errors"
	"strings"
	"testing"
)

func TestRefusals(t *testing.T) {
	for _, tt := range []struct {
		line   string
		reason Reason
		word   int
		text   string
	}{
		// Another netns.
		{"ip netns", LeavesNetns, 1, "ip netns"},
		{"ip net help", LeavesNetns, 1, "ip netns"},
		{"ip -n other a", LeavesNetns, 1, "-netns"},
		{"ip --net other a", LeavesNetns, 1, "-netns"},
		{"ip -all netns del", LeavesNetns, 1, "-all"},
		{"ip link set v0 netns 1", LeavesNetns, 4, "moves a device"},
		{"ip link set netns 1 dev v0", LeavesNetns, 3, "moves a device"},
		{"ip link set v0 alias x netns 1", LeavesNetns, 6, "moves a device"},
		{"ip link add v0 type veth peer name v1 netns 1", LeavesNetns, 9, "moves a device"},
		{"ip link add n0 type netkit peer name n1 netns 1", LeavesNetns, 9, "moves a device"},
		{"ip link add x link v0 link-netnsid 0 type macvlan", LeavesNetns, 6, "link-netnsid"},
		{"ip link add x link- other type ifb", LeavesNetns, 4, "link-netns"},
		{"ip link add x link-netnsi 0 type vxlan", LeavesNetns, 4, "link-netnsid"},
		{"ip ntable change name arp_cache queue 9", LeavesNetns, 7, "machine's"},
		{"ip ntable change name arp_cache thresh1 9", LeavesNetns, 5, "thresholds"},

		// Files and programs of the machine.
		{"ip -b /tmp/x", HostFiles, 1, "-batch"},
		{"ip --batc /tmp/x", HostFiles, 1, "-batch"},
		{"ip -fo a", HostFiles, 1, "-force"},
		{"ip mon f /tmp/x", HostFiles, 2, "reads a file"},
		{"ip vrf p red", HostFiles, 2, "vrf pids"},
		{"ip vrf i 1", HostFiles, 2, "vrf identify"},
		{"ip v e red id", RunsProgram, 2, "vrf exec"},
		{"ip link set v0 xdpdrv obj x", RunsProgram, 4, `only "xdpdrv off"`},
		{"ip link set v0 xdp", RunsProgram, 4, `only "xdp off"`},
		{"ip route add 10.0.0.0/8 encap bpf in obj x dev v0", RunsProgram, 5, "loads a program"},
		{"ip route add fd00::/64 encap seg6local action End endpoint obj x", RunsProgram, 8, "loads a program"},

		// What does not end, or waits for input.
		{"ip monitor", NeverEnds, 2, "until it is killed"},
		{"ip mon l", NeverEnds, 2, "until it is killed"},
		{"ip monitor all-nsid", NeverEnds, 2, ""},
		{"ip mp m", NeverEnds, 2, ""},
		{"ip x m", NeverEnds, 2, ""},
		{"ip ioam monitor", NeverEnds, 2, ""},
		{"ip a res", ReadsStdin, 2, "restore"},
		{"ip a showd", ReadsStdin, 2, "showdump"},
		{"ip r res", ReadsStdin, 2, "restore"},
		{"ip ru r", ReadsStdin, 2, "restore"},
		{"ip s hm se 1 sha1", ReadsStdin, 3, "secret"},

		// Hardware, and many devices at once.
		{"ip link set v0 vf 0 mac 02:00:00:00:00:01", Hardware, 4, "virtual function"},
		{"ip link set group 5 up", ManyDevices, 6, "name one device"},
		{"ip link del group 5", ManyDevices, 5, "name one device"},

		// Words that no table knows, and what was meant.
		{"ip ruote add default", NotUnderstood, 1, `did you mean "route"?`},
		{"ip Link show", NotUnderstood, 1, `did you mean "link"?`},
		{"ip ip link", NotUnderstood, 1, "not an object"},
		{"ip route add fd21::/64 encap seg6local action End.DT6 tab 100 dev v0", NotUnderstood, 8, "further ahead"},
		{"ip route add 10/8 encap ip id 5 dst 10.0.0.1 dsf 0x10 dev v0", NotUnderstood, 10, "further ahead"},
		{"ip link property delete v0 altname x", NotUnderstood, 3, `did you mean "del"?`},
		{"ip link shw", NotUnderstood, 2, `did you mean "show"?`},
		{"ip route add default vai 10.0.0.1", NotUnderstood, 4, `did you mean "via"?`},
		{"ip link set v0 upp", NotUnderstood, 4, `did you mean "up"?`},
		{"ip link set v0 up v1", NotUnderstood, 5, `"v1"`},
		{"ip link set h up", NotUnderstood, 3, `read as "help"`},
		{"ip link delete v0 up", NotUnderstood, 5, "no meaning"},
		{"ip link add v0 type veth peer name v1 type bridge", NotUnderstood, 9, `"type"`},
		{"ip link add b0 type bridge mtu 1400", NotUnderstood, 6, "mtu"},
		{"ip -ec a", NotUnderstood, 1, "not an option"},
		{"ip -4o a", NotUnderstood, 1, "not an option"},
		{"ip -D a", NotUnderstood, 1, "not an option"},
		{"ip -c=foo a", NotUnderstood, 1, "not an option"},
		{"ip ---json a", NotUnderstood, 1, "not an option"},
		{"ip stats sho", NotUnderstood, 2, `did you mean "show"?`},
		{"ip ioam namespace delete 5", NotUnderstood, 3, `did you mean "del"?`},

		// Values.
		{"ip link set v0 mtu 01400", Malformed, 5, "without leading zeros"},
		{"ip link set v0 mtu 0x500", Malformed, 5, "decimal"},
		{"ip link set v0 mtu", Malformed, 5, `a value after "mtu"`},
		{"ip link set v0 mtu 1400 mtu 9000", Malformed, 6, "given twice"},
		{"ip l s br0 t bridge", Malformed, 5, `txqueuelen "bridge"`},
		{"ip link set v0 arp o", Malformed, 5, "on, off"},
		{"ip link set v0 address 02:00", Malformed, 5, "MAC address"},
		{"ip link add v0 type brigde", Malformed, 5, `did you mean "bridge"?`},
		{"ip link add v0 type evil", Malformed, 5, "link type"},
		{"ip link show type ../evil", Malformed, 4, "link type"},
		{"ip link add v0", Malformed, 4, `"type"`},
		{"ip link set up", Malformed, 4, `"dev"`},
		{"ip a add 010.0.0.1/8 dev v0", Malformed, 3, "leading zeros"},
		{"ip a add 0xa.0.0.1/8 dev v0", Malformed, 3, "leading zeros"},
		{"ip a add 10.0.0.1/08 dev v0", Malformed, 3, "prefix length"},
		{"ip a add 10.0.0.1/255.0.255.0 dev v0", Malformed, 3, "prefix length"},
		{"ip a add 10.0.0.1/33 dev v0", Malformed, 3, "0 to 32"},
		{"ip a add default/8 dev v0", Malformed, 3, "prefix length"},
		{"ip a add fe80::1%eth0/64 dev v0", Malformed, 3, "leave out the zone"},
		{"ip a add 1.2.3.4.5 dev v0", Malformed, 3, "address"},
		{"ip -6 a add 10.0.0.1/8 dev v0", Malformed, 4, "IPv6"},
		{"ip -4 r add fd00::/8 dev v0", Malformed, 4, "IPv4"},
		{"ip -0 n add 10.0.0.1 dev v0", Malformed, 4, "option -0"},
		{"ip -M route add 10.0.0.0/8 dev v0", Malformed, 4, "MPLS"},
		{"ip r add 10.0.0.0/8 dev v0 table 0", Malformed, 7, "table"},
		{"ip r add 10.0.0.0/8 dev v0 table 0100", Malformed, 7, "table"},
		{"ip r add 10.0.0.0/8 dev v0 table unspec", Malformed, 7, "table"},
		{"ip r add 10.0.0.0/8 dev v0 table 0x64", Malformed, 7, "table"},
		{"ip rule add uidrange 5-1 table 5", Malformed, 4, "range"},
		{"ip rule add fwmark 0x1ffffffff table 5", Malformed, 4, "0x and hex"},
		{"ip tuntap add t0 mode tun user root", Malformed, 7, "decimal"},
		{"ip -rc x a", Malformed, 2, "-rcvbuf"},
		{"ip -f ipx a", Malformed, 2, "-family"},
		{"ip -f", Malformed, 2, "-family"},
		{"ip", Malformed, 1, "an object"},
		{"ip link property", Malformed, 3, "add, del"},
		{"ip sr hmac", Malformed, 3, "show"},

		// Devices.
		{"ip a s eth0@if5", Malformed, 3, `leave out the "@"`},
		{"ip link set if5 up", Malformed, 3, "number of one"},
		{"ip link set if+5x up", Malformed, 3, "number of one"},
		{"ip link set dev -x up", Malformed, 4, "device name"},
		{"ip link set dev a/b up", Malformed, 4, "slash"},
		{"ip link set dev a:b up", Malformed, 4, "colon"},
		{"ip link set dev .. up", Malformed, 4, "device name"},
		{"ip link set dev abcdefghijklmnop up", Malformed, 4, "1 to 15 bytes"},
		{"ip link set dev é up", Malformed, 4, "device name"},
		{"ip link add name veth%d type dummy", Malformed, 4, "pattern"},
		{"ip link add name up type dummy", Malformed, 4, "has a word like it"},
		{"ip link add name netns type dummy", Malformed, 4, "has a word like it"},
		{"ip link add name show type dummy", Malformed, 4, "has a word like it"},
		{"ip link add name all type dummy", Malformed, 4, "has a word like it"},
		{"ip link add -- type dummy", Malformed, 3, "device name"},
		{"ip link set v0 name -batch", Malformed, 5, "device name"},
		{"ip link prop add v0 altname route", Malformed, 6, "has a word like it"},
	} {
		t.Run(tt.line, func(t *testing.T) {
			c, err := Parse(strings.Fields(tt.line))
			var r *Refusal
			if !errors.As(err, &r) {
				t.Fatalf("let through as %s", c)
			}
			if r.Reason != tt.reason || r.Word != tt.word || !strings.Contains(r.Text, tt.text) {
				t.Errorf("got %v, word %d: %s\nwant %v, word %d, %q", r.Reason, r.Word, r.Text, tt.reason, tt.word, tt.text)
			}
		})
	}
}

func TestReasonsAndKindsHaveNames(t *testing.T) {
	for r := NotUnderstood; r <= ManyDevices; r++ {
		if strings.HasPrefix(r.String(), "Reason(") {
			t.Errorf("%v has no name", r)
		}
	}
	for k := Flag; k <= Mark; k++ {
		if k.String() == "" || strings.HasPrefix(k.String(), "Kind(") {
			t.Errorf("%v has no name", k)
		}
	}
	if got := Reason(99).String() + Kind(99).String() + Class(9).String(); got != "Reason(99)Kind(99)Class(9)" {
		t.Errorf("unknown values print as %s", got)
	}
}
