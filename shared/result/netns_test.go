package result

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"

	types100 "github.com/containernetworking/cni/pkg/types/100"
	"github.com/vishvananda/netns"

	"github.com/chainsaw-cni/chainsaw/shared/rtnetlink"
)

// A pod is a netns of the test's own. The thread of the test stays in it, and
// ends with the test.
type pod struct {
	t    testing.TB
	conn *rtnetlink.Conn
}

func newPod(t testing.TB) pod {
	t.Helper()
	if _, err := exec.LookPath("/usr/sbin/ip"); err != nil {
		t.Skip("this test runs /usr/sbin/ip, which is not installed")
	}
	runtime.LockOSThread()
	ns, err := netns.New()
	if errors.Is(err, os.ErrPermission) {
		t.Skip("this test makes a netns, which takes root or `unshare -Urnm`")
	}
	if err != nil {
		t.Fatal(err)
	}
	defer ns.Close()
	conn, err := rtnetlink.Open(int(ns))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return pod{t, conn}
}

func (p pod) ip(lines ...string) {
	p.t.Helper()
	for _, line := range lines {
		out, err := exec.Command("/usr/sbin/ip", strings.Fields(line)...).CombinedOutput()
		if err != nil {
			p.t.Fatalf("ip %s: %v: %s", line, err, out)
		}
	}
}

func (p pod) observe(ifname string) State {
	p.t.Helper()
	s, err := Observe(p.conn, ifname)
	if err != nil {
		p.t.Fatal(err)
	}
	return s
}

// tell renders a result in a few words, for tables.
func tell(r *types100.Result) (links, ips, routes string) {
	for _, l := range r.Interfaces {
		links += fmt.Sprintf("%s %s %d, ", l.Name, l.Mac, l.Mtu)
	}
	for _, ip := range r.IPs {
		ips += ip.Address.String()
		if ip.Gateway != nil {
			ips += " gw " + ip.Gateway.String()
		}
		if ip.Interface != nil {
			ips += fmt.Sprintf(" on %d", *ip.Interface)
		}
		ips += ", "
	}
	for _, route := range r.Routes {
		routes += route.Dst.String()
		if route.GW != nil {
			routes += " via " + route.GW.String()
		}
		for _, n := range []struct {
			name  string
			value int
		}{{"mtu", route.MTU}, {"advmss", route.AdvMSS}, {"prio", route.Priority}} {
			if n.value != 0 {
				routes += fmt.Sprintf(" %s %d", n.name, n.value)
			}
		}
		if route.Scope != nil {
			routes += fmt.Sprintf(" scope %d", *route.Scope)
		}
		routes += ", "
	}
	return strings.TrimSuffix(links, ", "), strings.TrimSuffix(ips, ", "), strings.TrimSuffix(routes, ", ")
}

func result(t testing.TB, doc string) *types100.Result {
	t.Helper()
	r, err := types100.NewResult([]byte(doc))
	if err != nil {
		t.Fatal(err)
	}
	return r.(*types100.Result)
}
