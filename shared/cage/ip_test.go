package cage

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// changes are lines of `ip` that change the netns, in an order in which each
// works with CAP_NET_ADMIN after those before it.
var changes = []string{
	"link set lo up",
	"link set v0 alias pod",
	"link set v0 mtu 1400",
	"link set v0 txqueuelen 10",
	"link set v0 address 02:00:00:00:00:10",
	"link set v0 promisc on",
	"link set v0 allmulticast on",
	"link set v0 arp off",
	"link set v0 arp on",
	"link set v0 multicast off",
	"link set v0 group 7",
	"link set v1 name v2",
	"link property add dev v0 altname other",
	"link property del dev v0 altname other",
	"addr add 192.0.2.1/24 dev v0",
	"addr change 192.0.2.1/24 dev v0 label v0:a",
	"addr add 2001:db8::1/64 dev v0 nodad",
	"addr replace 192.0.2.2/24 dev v0",
	"addr del 192.0.2.2/24 dev v0",
	"link add br0 type bridge",
	"link set v2 master br0",
	"link set v2 nomaster",
	"link set br0 type bridge ageing_time 1000",
	"link add mv0 link v0 type macvlan mode bridge",
	"link add vx0 type vxlan id 7 dstport 4789 remote 192.0.2.9 dev v0",
	"link add ifb9 type ifb",
	"link del ifb9",
	"route add 198.51.100.0/24 via 192.0.2.9",
	"route replace 198.51.100.0/24 via 192.0.2.10 table 100",
	"route append 203.0.113.0/24 dev v0 metric 5",
	"route change 198.51.100.0/24 via 192.0.2.11",
	"route add blackhole 203.0.113.128/25",
	"route add 2001:db8:1::/48 via 2001:db8::9",
	"route del 203.0.113.0/24",
	"route flush 203.0.113.128/25",
	"-6 route flush table 99",
	"rule add from 192.0.2.1 lookup 100 pref 1000",
	"rule del pref 1000",
	"-6 rule add to 2001:db8::/32 blackhole pref 1001",
	"neigh add 192.0.2.20 lladdr 02:00:00:00:00:20 dev v0",
	"neigh replace 192.0.2.20 lladdr 02:00:00:00:00:21 dev v0 nud permanent",
	"neigh add proxy 192.0.2.30 dev v0",
	"neigh del 192.0.2.20 dev v0",
	"neigh flush dev v0",
	"ntable change name arp_cache dev v0 queue 9",
	"addrlabel add prefix 2001:db8::/32 label 99",
	"maddr add 01:00:5e:00:00:99 dev v0",
	"maddr del 01:00:5e:00:00:99 dev v0",
	"nexthop add id 5 via 192.0.2.9 dev v0",
	"nexthop replace id 5 via 192.0.2.10 dev v0",
	"nexthop del id 5",
	"token set ::5 dev v0",
	"xfrm state add src 192.0.2.1 dst 192.0.2.9 proto esp spi 0x100 mode tunnel enc cipher_null '' auth digest_null ''",
	"xfrm policy add src 192.0.2.0/24 dst 198.51.100.0/24 dir out tmpl src 192.0.2.1 dst 192.0.2.9 proto esp mode tunnel",
	"xfrm policy flush",
	"xfrm state flush",
	"tcp_metrics flush",
	"route flush cache",
	"addr flush dev v0",
	"link set v0 down",
	"link del v0",
}

// dumps read the whole of what changes may touch.
var dumps = []string{
	"link", "addr", "-N route show table all", "-6 -N route show table all", "rule", "-6 rule",
	"neigh show nud all", "-6 neigh show nud all", "neigh show proxy", "ntable show dev v0",
	"addrlabel", "maddr", "nexthop", "token", "tunnel", "xfrm state", "xfrm policy",
}


// laboratory is a netns with a veth pair that the kernel leaves alone.
func laboratory(t *testing.T) int {
	t.Helper()
	ns := newNetNS(t)
	c := openCage(t, ns, ipCommand(t), NetAdmin)
	for _, line := range []string{
		"link add v0 type veth peer name v1",
		"link set v0 addrgenmode none",
		"link set v1 addrgenmode none",
		"link set v1 up",
		"link set v0 up",
	} {
		succeed(t, c, words(line)...)
	}
	return ns
}

// words splits at spaces; ” is the empty word.
func words(line string) []string {
	argv := strings.Fields(line)
	for i, w := range argv {
		if w == "''" {
			argv[i] = ""
		}
	}
	return argv
}

func dump(t *testing.T, c *Cage) string {
	t.Helper()
	var b strings.Builder
	for _, line := range dumps {
		o := run(t, c, words(line)...) // not everything is compiled into every kernel
		for text := range strings.Lines(string(o.Stdout.Kept)) {
			if !strings.Contains(text, "reachable") { // a time that the kernel draws anew
				b.WriteString(line + ": " + text)
			}
		}
	}
	return b.String()
}

func difference(before, after string) string {
	old := slices.Collect(strings.Lines(before))
	for line := range strings.Lines(after) {
		if i := slices.Index(old, line); i >= 0 {
			old = slices.Delete(old, i, i+1)
			continue
		}
		old = append(old, "+ "+line)
	}
	return strings.Join(old, "")
}

func TestNetAdminChangesTheNetns(t *testing.T) {
	c := openCage(t, laboratory(t), ipCommand(t), NetAdmin)
	for _, line := range changes {
		o := run(t, c, words(line)...)
		switch said := string(o.Stderr.Kept); {
		case o.ExitCode == 0:
		case strings.Contains(said, "not supported"), strings.Contains(said, "Unknown device type"),
			strings.Contains(said, "Requested type not found"), strings.Contains(said, "FIB table does not exist"):
			t.Logf("this kernel lacks it: %s: %s", line, said)
		default:
			t.Errorf("%s: exit code %d: %s", line, o.ExitCode, said)
		}
	}
}

// TestNoPrivilegeChangesNothing runs each line where it would work: behind the
// lines before it, run with CAP_NET_ADMIN.
func TestNoPrivilegeChangesNothing(t *testing.T) {
	ns := laboratory(t)
	none := openCage(t, ns, ipCommand(t), None)
	admin := openCage(t, ns, ipCommand(t), NetAdmin)
	for _, line := range changes {
		before := dump(t, admin)
		o := run(t, none, words(line)...)
		if after := dump(t, admin); after != before {
			t.Errorf("%s changed the netns (exit code %d): %s", line, o.ExitCode, difference(before, after))
		}
		run(t, admin, words(line)...)
	}
}

// TestWhatTheParserRefusesIsHarmless runs what the first wall keeps away.
func TestWhatTheParserRefusesIsHarmless(t *testing.T) {
	ns := laboratory(t)
	secret := filepath.Join(workshop, "secret")
	if err := os.WriteFile(secret, []byte("link set v0 alias SECRET\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	object := filepath.Join(workshop, "prog.o")
	if err := os.WriteFile(object, []byte("\x7fELF"), 0o644); err != nil {
		t.Fatal(err)
	}
	who, err := caged()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("IP_LIB_DIR", workshop)
	tests := []struct {
		line string
		// says is a part of what `ip` answers.
		says     string
		needsUID bool // the file's owner may read it
	}{
		{"netns exec x /bin/sh -c id", "", false},
		{"netns add cage-test", "", false},
		{"netns attach cage-test 1", "", false},
		{"netns del cage-test", "", false},
		{"-all netns exec id", "", false},
		{"vrf exec default /bin/sh -c id", "", false},
		{"-n x link set lo up", "", false},
		{"-n /proc/1/ns/net link", "", false},
		{"-b " + secret, "Permission denied", true},
		{"link set v0 xdp obj " + object, "", false},
		{"link set v0 netns x", "", false},
		{"route add 10.0.0.0/8 encap bpf out obj " + object + " dev v0", "", false},
	}
	for _, p := range []Privilege{None, NetAdmin} {
		c := openCage(t, ns, ipCommand(t), p)
		for _, tt := range tests {
			t.Run(p.String()+"/"+tt.line, func(t *testing.T) {
				if tt.needsUID && who.uid == uint32(os.Getuid()) {
					t.Skip("commands have the file owner's uid here")
				}
				before := dump(t, c)
				o := run(t, c, words(tt.line)...)
				said := string(o.Stdout.Kept) + string(o.Stderr.Kept)
				if strings.Contains(said, "uid=") || strings.Contains(said, "SECRET") || !strings.Contains(said, tt.says) {
					t.Errorf("exit code %d: %s", o.ExitCode, said)
				}
				if dump(t, c) != before {
					t.Error("it changed the netns")
				}
				if _, err := os.Stat("/run/netns/cage-test"); err == nil {
					t.Error("it made a netns")
				}
				t.Logf("exit code %d: %s", o.ExitCode, said)
			})
		}
	}
}
