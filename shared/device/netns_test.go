package device

import (
	"testing"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netns"
	"golang.org/x/sys/unix"

	"github.com/chainsaw-cni/chainsaw/shared/ipcmd"
	"github.com/chainsaw-cni/chainsaw/shared/podnetns/podnetnstest"
	"github.com/chainsaw-cni/chainsaw/shared/rtnetlink"
)

// A world is two netns of the test's own: one stands for the host, the other
// is the pod's. The thread of the test stays in them.
type world struct {
	t         testing.TB
	host, pod netns.NsHandle
	hostLinks *netlink.Handle
	podLinks  *rtnetlink.Conn
}

// newWorld has a nic on the host, and in the pod: eth0 (veth), net1 (macvlan
// on nic), net2 (macvtap on nic), net3 (vxlan through the host), net4 (ifb).
func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{t: t}
	w.host = podnetnstest.New(t)
	w.hostLinks = w.handle(w.host)
	w.pod = podnetnstest.New(t)
	w.podLinks = w.connect(w.pod)
	w.onHost(
		"link add nic type veth peer name wire",
		"link set wire up",
		"link set nic up",
		"link add link nic name net1 type macvlan mode bridge",
		"link add link nic name net2 type macvtap mode bridge",
		"link add net3 type vxlan id 5 remote 192.0.2.9 dstport 4789 dev nic",
		"link add net4 type ifb",
		"link add eth0 type veth peer name host0",
	)
	for _, name := range []string{"eth0", "net1", "net2", "net3", "net4"} {
		w.give(name)
	}
	return w
}

// handle changes what a netns has.
func (w *world) handle(ns netns.NsHandle) *netlink.Handle {
	w.t.Helper()
	h, err := netlink.NewHandleAt(ns, unix.NETLINK_ROUTE)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(h.Close)
	return h
}

// connect reads what a netns has.
func (w *world) connect(ns netns.NsHandle) *rtnetlink.Conn {
	w.t.Helper()
	conn, err := rtnetlink.Open(int(ns))
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { conn.Close() })
	return conn
}

// give moves a device from the host into the pod.
func (w *world) give(name string) {
	w.t.Helper()
	dev, err := w.hostLinks.LinkByName(name)
	if err == nil {
		err = w.hostLinks.LinkSetNsFd(dev, int(w.pod))
	}
	if err != nil {
		w.t.Fatalf("giving %s to the pod: %v", name, err)
	}
}

func (w *world) onHost(lines ...string) { w.t.Helper(); w.ip(w.host, lines) }
func (w *world) inPod(lines ...string)  { w.t.Helper(); w.ip(w.pod, lines) }

func (w *world) ip(ns netns.NsHandle, lines []string) {
	w.t.Helper()
	for _, line := range lines {
		if out, err := w.try(ns, line); err != nil {
			w.t.Fatalf("ip %s: %v: %s", line, err, out)
		}
	}
}

func (w *world) try(ns netns.NsHandle, line string) (string, error) {
	if err := netns.Set(ns); err != nil {
		w.t.Fatal(err)
	}
	return podnetnstest.Try(w.t, line)
}

func (w *world) guard(permitted ...Item) *Guard {
	w.t.Helper()
	g, err := NewGuard(w.podLinks, permitted)
	if err != nil {
		w.t.Fatal(err)
	}
	return g
}

func parse(t testing.TB, line string) ipcmd.Command {
	t.Helper()
	words, err := ipcmd.Split(line)
	if err != nil {
		t.Fatal(err)
	}
	c, err := ipcmd.Parse(words)
	if err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	return c
}
