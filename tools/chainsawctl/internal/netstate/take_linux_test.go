package netstate

import (
	"os/exec"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"github.com/vishvananda/netns"

	"github.com/chainsaw-cni/chainsaw/shared/cage"
	"github.com/chainsaw-cni/chainsaw/shared/ipbinary"
)

// enterNetNS gives the test a netns and a cage in it.
func enterNetNS(t *testing.T) *cage.Cage {
	t.Helper()
	runtime.LockOSThread() // the thread ends with the test
	ns, err := netns.New()
	if err != nil {
		t.Skipf("no network namespace can be made here: %v", err)
	}
	defer ns.Close()
	ip, err := ipbinary.Find()
	if err != nil {
		t.Fatal(err)
	}
	c := cage.Open(int(ns), ip, cage.None)
	t.Cleanup(c.Close)
	return c
}

func TestDiffShowsEveryKindOfChange(t *testing.T) {
	c := enterNetNS(t)
	ip := func(line string) {
		t.Helper()
		path, err := ipbinary.Find()
		if err != nil {
			t.Fatal(err)
		}
		if out, err := exec.CommandContext(t.Context(), path, strings.Fields(line)...).CombinedOutput(); err != nil {
			t.Fatalf("ip %s: %v: %s", line, err, out)
		}
	}
	ip("link add net1 type veth peer name net2")
	ip("link set net1 up")
	ip("link set net2 up")
	ip("address add 192.0.2.2/24 dev net1")
	before, err := Take(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{
		"link set net1 mtu 1400",
		"link add br7 type bridge",
		"address add 192.0.2.9/32 dev net1",
		"route add 10.0.0.0/8 via 192.0.2.1 dev net1 table 100",
		"-6 route add 2001:db8::/64 dev net1",
		"rule add from 192.0.2.2 lookup 100",
		"-6 rule add from 2001:db8::2 lookup 100",
		"neighbour add 192.0.2.7 lladdr 02:00:00:00:00:07 dev net1",
		"link set br7 address 02:00:00:00:00:01",
	} {
		ip(line)
	}
	after, err := Take(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	want := []Change{
		{"links", []string{"net1 mtu 1500"}, []string{"net1 mtu 1400", "br7 address 02:00:00:00:00:01 flags BROADCAST,MULTICAST type bridge mtu 1500"}},
		{"addresses", nil, []string{"net1 inet 192.0.2.9/32 scope global net1"}},
		{"IPv4 routes", nil, []string{"10.0.0.0/8 via 192.0.2.1 dev net1 table 100"}},
		{"IPv6 routes", nil, []string{"2001:db8::/64 dev net1 metric 1024 pref medium"}},
		{"IPv4 rules", nil, []string{"32765: from 192.0.2.2 lookup 100"}},
		{"IPv6 rules", nil, []string{"32765: from 2001:db8::2 lookup 100"}},
		{"static neighbours", nil, []string{"192.0.2.7 dev net1 lladdr 02:00:00:00:00:07 PERMANENT"}},
	}
	got := Diff(before, after)
	for i := range max(len(got), len(want)) {
		if i >= len(got) || i >= len(want) || !reflect.DeepEqual(got[i], want[i]) {
			t.Fatalf("change #%d:\n got %q\nwant %q", i, got, want)
		}
	}
}
