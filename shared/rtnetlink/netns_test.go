package rtnetlink

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netns"
	"golang.org/x/sys/unix"

	"github.com/chainsaw-cni/chainsaw/shared/podnetns/podnetnstest"
)

// newPod has a netns of the test's own, in which it stays, and a connection to it.
func newPod(t *testing.T, lines ...string) (*Conn, netns.NsHandle) {
	t.Helper()
	ns := podnetnstest.New(t, lines...)
	conn, err := Open(int(ns))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn, ns
}

func TestLinks(t *testing.T) {
	conn, _ := newPod(t,
		"link add br0 type bridge",
		"link add net1 address 02:00:00:00:00:01 mtu 1400 type veth peer name peer1",
		"link set peer1 master br0",
		"link add link net1 name mac0 type macvlan",
		"link property add dev net1 altname "+strings.Repeat("long-", 10),
	)
	name := func(index int) string {
		l, err := conn.LinkByIndex(index)
		if err != nil {
			return fmt.Sprint(index)
		}
		return l.Name
	}
	for wanted, want := range map[string]string{
		"lo":                        `lo "" MTU 65536 00:00:00:00:00:00, loopback`,
		"net1":                      `net1 "veth" MTU 1400 02:00:00:00:00:01, below peer1`,
		strings.Repeat("long-", 10): `net1 "veth" MTU 1400 02:00:00:00:00:01, below peer1`,
		"peer1":                     `peer1 "veth" MTU 1500 -, below net1, port of br0`,
		"mac0":                      `mac0 "macvlan" MTU 1400 -, below net1`,
	} {
		l, err := conn.Link(wanted)
		if err != nil {
			t.Fatalf("%s: %v", wanted, err)
		}
		mac := l.Address.String()
		if wanted == "peer1" || wanted == "mac0" { // the kernel chose it
			mac = "-"
		}
		got := fmt.Sprintf("%s %q MTU %d %s", l.Name, l.Kind, l.MTU, mac)
		if l.Loopback {
			got += ", loopback"
		}
		if l.Parent != 0 {
			got += ", below " + name(l.Parent)
		}
		if l.Master != 0 {
			got += ", port of " + name(l.Master)
		}
		if got != want {
			t.Errorf("%s\nwant %s", got, want)
		}
	}
	all, err := conn.Links()
	if err != nil || len(all) != 5 {
		t.Errorf("%d devices, %v: want 5", len(all), err)
	}
}

func TestOtherNetns(t *testing.T) {
	conn, pod := newPod(t)
	outside, _ := newPod(t, "link add nic type veth peer name wire", "link add link nic name net1 type macvlan")
	dev, err := netlink.LinkByName("net1")
	if err == nil {
		err = netlink.LinkSetNsFd(dev, int(pod))
	}
	if err != nil {
		t.Fatal(err)
	}
	if l, err := conn.Link("net1"); err != nil || !l.OtherNetns || l.Parent == 0 {
		t.Errorf("a macvlan whose parent is elsewhere: %+v, %v", l, err)
	}
	if l, err := outside.Link("nic"); err != nil || l.OtherNetns {
		t.Errorf("a veth whose peer is here: %+v, %v", l, err)
	}
}

func TestNoSuchLink(t *testing.T) {
	conn, _ := newPod(t)
	for _, name := range []string{"net1", strings.Repeat("x", 100)} {
		if _, err := conn.Link(name); !errors.Is(err, ErrNoLink) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := conn.LinkByIndex(4711); !errors.Is(err, ErrNoLink) {
		t.Errorf("4711: %v", err)
	}
	if _, err := conn.Link(strings.Repeat("x", 200)); err == nil || errors.Is(err, ErrNoLink) {
		t.Errorf("a name that the kernel does not take: %v", err)
	}
	if _, err := conn.Link("lo"); err != nil {
		t.Errorf("after errors: %v", err)
	}
}

func TestManyAltnames(t *testing.T) {
	conn, _ := newPod(t, "link add net1 type ifb")
	names := filepath.Join(t.TempDir(), "names")
	var lines strings.Builder
	for i := range 450 { // of 128 bytes and more each: the kernel takes less than 64 KiB
		fmt.Fprintf(&lines, "link property add dev net1 altname %s%03d\n", strings.Repeat("a", 120), i)
	}
	if err := os.WriteFile(names, []byte(lines.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	podnetnstest.IP(t, "-batch "+names)
	if l, err := conn.Link("net1"); err != nil || l.Kind != "ifb" {
		t.Errorf("%+v, %v", l, err)
	}
	if all, err := conn.Links(); err != nil || len(all) != 2 {
		t.Errorf("%d devices, %v: want 2", len(all), err)
	}
}

func TestAddresses(t *testing.T) {
	conn, _ := newPod(t,
		"link add net1 type ifb",
		"address add 192.0.2.7/24 dev net1",
		"address add 10.0.0.1 peer 10.0.0.2/30 dev net1",
		"address add 198.51.100.1/24 valid_lft 1000 preferred_lft 1000 dev net1 scope link",
		"address add 2001:db8::7/64 dev net1 nodad",
		"address add 2001:db8:1::1 peer 2001:db8:1::2/64 dev net1 nodad",
	)
	list, err := conn.Addresses()
	if err != nil {
		t.Fatal(err)
	}
	got := ""
	for _, a := range list {
		if l, err := conn.LinkByIndex(a.Link); err != nil || l.Name != "net1" {
			t.Errorf("%v is of %+v, %v", a, l, err)
		}
		got += fmt.Sprintln(a.Prefix, a.Scope, a.Permanent)
	}
	has(t, got,
		"192.0.2.7/24 0 true\n", "10.0.0.1/32 0 true\n", "198.51.100.1/24 253 false\n",
		"2001:db8::7/64 0 true\n", "2001:db8:1::1/128 0 true\n",
	)
}

func has(t *testing.T, got string, lines ...string) {
	t.Helper()
	for _, want := range lines {
		if !strings.Contains(got, want) {
			t.Errorf("lacks %shas\n%s", want, got)
		}
	}
}

func TestRoutes(t *testing.T) {
	conn, _ := newPod(t,
		"link add net1 type ifb", "link set net1 up",
		"address add 192.0.2.7/24 dev net1",
		"address add 2001:db8::7/64 dev net1 nodad",
		"route add default via 192.0.2.1",
		"route add 10.0.0.0/8 via inet6 fe80::1 dev net1 metric 4000000000 mtu 1400 advmss 1300",
		"route add 10.9.0.0/16 dev net1 table 1000 scope link proto static",
		"route add 10.8.0.0/16 nexthop via 192.0.2.8 nexthop via 192.0.2.9 weight 2",
		"route add blackhole 10.7.0.0/16",
		"nexthop add id 5 via 192.0.2.5 dev net1", "route add 10.6.0.0/16 nhid 5",
		"route add default via 2001:db8::1",
	)
	list, err := conn.Routes()
	if err != nil {
		t.Fatal(err)
	}
	got := ""
	for _, r := range list {
		got += fmt.Sprint(r.Dst, " table ", r.Table, " metric ", r.Priority, " mtu ", r.MTU, ",", r.AdvMSS,
			" scope ", r.Scope, " proto ", r.Protocol, " type ", r.Type, " via")
		for _, hop := range r.Hops {
			if l, err := conn.LinkByIndex(hop.Link); err != nil || l.Name != "net1" && l.Name != "lo" {
				t.Errorf("%+v goes to %+v, %v", r, l, err)
			}
			got += fmt.Sprint(" ", hop.Gateway)
		}
		got += "\n"
	}
	has(t, got,
		"0.0.0.0/0 table 254 metric 0 mtu 0,0 scope 0 proto 3 type 1 via 192.0.2.1\n",
		"10.0.0.0/8 table 254 metric 4000000000 mtu 1400,1300 scope 0 proto 3 type 1 via fe80::1\n",
		"10.9.0.0/16 table 1000 metric 0 mtu 0,0 scope 253 proto 4 type 1 via invalid IP\n",
		"10.8.0.0/16 table 254 metric 0 mtu 0,0 scope 0 proto 3 type 1 via 192.0.2.8 192.0.2.9\n",
		"10.7.0.0/16 table 254 metric 0 mtu 0,0 scope 0 proto 3 type 6 via\n",
		"10.6.0.0/16 table 254 metric 0 mtu 0,0 scope 0 proto 3 type 1 via 192.0.2.5\n",
		"192.0.2.7/32 table 255 metric 0 mtu 0,0 scope 254 proto 2 type 2 via invalid IP\n",
		"::/0 table 254 metric 1024 mtu 0,0 scope 0 proto 3 type 1 via 2001:db8::1\n",
	)
}

func TestOpenLeavesTheThreadWhereItIs(t *testing.T) {
	_, pod := newPod(t)
	newPod(t) // where the thread is now
	here := func() (inode uint64) {
		var ns unix.Stat_t
		if err := unix.Stat("/proc/thread-self/ns/net", &ns); err != nil {
			t.Fatal(err)
		}
		return ns.Ino
	}
	before := here()
	conn, err := Open(int(pod))
	if err != nil {
		t.Fatal(err)
	}
	conn.Close()
	if here() != before {
		t.Error("the thread is in another netns")
	}
	if _, err := Open(-1); err == nil {
		t.Error("opened a netns that is none")
	}
	if here() != before {
		t.Error("after an error, the thread is in another netns")
	}
}

// What a command with CAP_NET_ADMIN sends to the connection could fill it, and
// keep out what the kernel says.
func TestOnlyTheKernelReachesTheConnection(t *testing.T) {
	conn, _ := newPod(t)
	own, err := unix.Getsockname(conn.fd)
	if err != nil {
		t.Fatal(err)
	}
	stranger, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC, unix.NETLINK_ROUTE)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(stranger)
	for range 100 {
		if err := unix.Sendto(stranger, make([]byte, 32<<10), unix.MSG_DONTWAIT, own); !errors.Is(err, unix.ECONNREFUSED) {
			t.Errorf("a stranger's message: %v", err)
			break
		}
	}
	if l, err := conn.Link("lo"); err != nil || l.Name != "lo" {
		t.Errorf("%+v, %v", l, err)
	}
}
