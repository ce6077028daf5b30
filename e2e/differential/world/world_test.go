package world

import (
	"os"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestMain(m *testing.M) {
	Main()
	os.Exit(m.Run())
}

func newWorld(t *testing.T) *World {
	t.Helper()
	if reason := Missing(); reason != "" {
		t.Skip(reason)
	}
	w, err := New("/usr/sbin/ip")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Close)
	return w
}

func run(t *testing.T, w *World, line string) Effect {
	t.Helper()
	e, err := w.Run(Trial{strings.Fields(line), 2 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// Whatever a line does, it must be seen: the tests that find nothing rely on it.
func TestEffects(t *testing.T) {
	const (
		nothing = ""
		pod     = "pod "
		outside = "outside "
		canary  = "canary "
		process = "process "
		forever = "forever "
	)
	w := newWorld(t)
	for _, tt := range []struct{ line, want string }{
		{"address show", nothing},
		{"link set nosuch up", nothing},
		{"link set v0 mtu 1400", pod},
		{"route add 10.99.0.0/16 via 10.9.0.2", pod},
		{"-6 route del fd10::/16", pod},
		{"rule add pref 7 lookup 7", pod},
		{"neigh del 10.9.0.9 dev v0", pod},
		{"neigh add proxy 10.9.0.78 dev v0", pod},
		{"nexthop del id 2", pod},
		{"addrlabel flush", pod},
		{"ntable change name arp_cache dev v0 queue 7", pod},
		{"maddr del 01:00:5e:00:00:55 dev v1", pod},
		{"mptcp endpoint delete id 7", pod},
		{"mptcp limits set subflow 3", pod},
		{"xfrm policy flush", pod},
		{"xfrm policy set hthresh4 24 32", pod},
		{"xfrm policy setdefault in block", pod},
		{"sr tunsrc set fd09::1", pod},
		{"link set br0 type bridge stp_state 1", pod},
		{"link set p1 type bridge_slave hairpin on", pod},
		{"link property add dev v0 altname other", pod},
		{"tuntap del dev tun0 mode tun", pod},
		{"link set v0 netns other", pod + outside},
		{"link set v0 netns 1", pod + outside},
		{"link add mv9 link if10 link-netnsid 0 type macvlan", pod + outside},
		{"link add vx9 link-netnsid 0 type vxlan id 55 dstport 5555", pod + outside},
		{"link set net1 promisc on", pod + outside},
		{"-n other link set eth0 mtu 1300", outside},
		{"netns add new", outside + canary},
		{"-b /run/canary/batch", pod + canary},
		{"netns exec other program", canary + process},
		{"monitor", forever},
	} {
		t.Run(tt.line, func(t *testing.T) {
			if strings.HasPrefix(tt.line, "tuntap") && !tunOpens() {
				t.Skip("needs to open /dev/net/tun")
			}
			e := run(t, w, tt.line)
			if strings.Contains(e.Stderr, "not permitted") {
				t.Skip("needs root outside of user namespaces")
			}
			got := ""
			for _, seen := range []struct {
				what string
				ok   bool
			}{
				{pod, len(e.Pod) > 0},
				{outside, len(e.Outside) > 0},
				{canary, len(e.Canaries) > 0},
				{process, e.Processes},
				{forever, e.TimedOut},
			} {
				if seen.ok {
					got += seen.what
				}
			}
			if got != tt.want {
				t.Errorf("did %q, want %q: %+v", got, tt.want, e)
			}
		})
	}
}

func TestEveryLineFindsTheSameWorld(t *testing.T) {
	one, other := newWorld(t), newWorld(t)
	for _, line := range []string{"link set v0 mtu 1400", "link set v0 netns other", "netns add new", "addr flush dev v0"} {
		first := run(t, one, line)
		if again := run(t, one, line); !reflect.DeepEqual(again, first) {
			t.Errorf("%s: did %+v, and the second time %+v", line, first, again)
		}
		if twin := run(t, other, line); !reflect.DeepEqual(twin, first) {
			t.Errorf("%s: did %+v, and in the twin world %+v", line, first, twin)
		}
	}
}

func TestViolation(t *testing.T) {
	w := newWorld(t)
	for line, want := range map[string]bool{
		"link set net1 promisc on": true,
		"link set v0 promisc on":   false,
		"link set eth0 name other": true,
		"link set v0 down garbage": false,
	} {
		if e := run(t, w, line); (e.Violation != "") != want {
			t.Errorf("%s: violation %q", line, e.Violation)
		}
	}
}

func TestDifference(t *testing.T) {
	got := difference([]string{"a", "b", "d"}, []string{"b", "c", "d", "e"})
	if want := []string{"- a", "+ c", "+ e"}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
