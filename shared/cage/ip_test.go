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
	"route flush cache",
	"addr flush dev v0",
	"link set v0 down",
	"link del v0",
}

// dumps read the whole of what changes may touch, by one `ip -b` a family.
var dumps = []struct{ family, lines string }{
	{"-4", "link\naddr\nroute show table all\nrule\nneigh show nud all\nneigh show proxy\n" +
		"ntable show dev v0\naddrlabel\nmaddr\nnexthop\ntoken\ntunnel\nxfrm state\nxfrm policy\n"},
	{"-6", "addr\nroute show table all\nrule\nneigh show nud all\nneigh show proxy\n"},
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

// words splits at spaces. A word of two quotes is the empty one.
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
	dir := publicDir(t)
	var all strings.Builder
	for _, d := range dumps {
		file := filepath.Join(dir, "dump"+d.family)
		if err := os.WriteFile(file, []byte(d.lines), 0o644); err != nil {
			t.Fatal(err)
		}
		o := run(t, c, d.family, "-N", "-force", "-b", file)
		for line := range strings.Lines(string(o.Stdout.Kept)) {
			if !comesAndGoes(line) {
				all.WriteString(d.family + ": " + carrier.Replace(line))
			}
		}
	}
	return all.String()
}

// carrier is what of a link follows its peer's state with a delay.
var carrier = strings.NewReplacer("NO-CARRIER,", "", ",LOWER_UP", "", ",M-DOWN", "", " linkdown", "",
	" state UP", "", " state DOWN", "", " state LOWERLAYERDOWN", "", " state UNKNOWN", "")

// comesAndGoes recognises multicast neighbours, and a time that the kernel
// draws anew now and then.
func comesAndGoes(line string) bool {
	return strings.Contains(line, "NOARP") || strings.Contains(line, "reachable")
}

// observe runs a line and tells what changed meanwhile. The kernel may still be
// busy with the line before, so a change beside a failure must come again.
func observe(t *testing.T, c, observer *Cage, line string) (o Outcome, change string) {
	t.Helper()
	for range 5 {
		before := dump(t, observer)
		o = run(t, c, words(line)...)
		if change = difference(before, dump(t, observer)); change == "" || o.ExitCode == 0 {
			break
		}
	}
	return o, change
}

// difference is the lines that are gone and, with a plus, those that are new.
func difference(before, after string) string {
	gone := slices.Collect(strings.Lines(before))
	var fresh strings.Builder
	for line := range strings.Lines(after) {
		if i := slices.Index(gone, line); i >= 0 {
			gone = slices.Delete(gone, i, i+1)
			continue
		}
		fresh.WriteString("+ " + line)
	}
	return strings.Join(gone, "") + fresh.String()
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
		if _, change := observe(t, none, admin, line); change != "" {
			t.Errorf("%s changed the netns: %s", line, change)
		}
		run(t, admin, words(line)...)
	}
}

// TestWhatTheParserRefusesIsHarmless runs what the first wall keeps away.
func TestWhatTheParserRefusesIsHarmless(t *testing.T) {
	ns := laboratory(t)
	dir := publicDir(t)
	secret := filepath.Join(dir, "secret")
	if err := os.WriteFile(secret, []byte("link set v0 alias SECRET\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	object := filepath.Join(dir, "prog.o")
	if err := os.WriteFile(object, []byte("\x7fELF"), 0o644); err != nil {
		t.Fatal(err)
	}
	who, err := caged()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("IP_LIB_DIR", dir)
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
				o, change := observe(t, c, c, tt.line)
				said := string(o.Stdout.Kept) + string(o.Stderr.Kept)
				if strings.Contains(said, "uid=") || strings.Contains(said, "SECRET") || !strings.Contains(said, tt.says) {
					t.Errorf("exit code %d: %s", o.ExitCode, said)
				}
				if change != "" {
					t.Errorf("it changed the netns: %s", change)
				}
				if _, err := os.Stat("/run/netns/cage-test"); err == nil {
					t.Error("it made a netns")
				}
				t.Logf("exit code %d: %s", o.ExitCode, said)
			})
		}
	}
}
