package result

import (
	"fmt"
	"strings"
	"testing"

	types100 "github.com/containernetworking/cni/pkg/types/100"

	"github.com/chainsaw-cni/chainsaw/shared/podnetns/podnetnstest"
	"github.com/chainsaw-cni/chainsaw/shared/rtnetlink"
)

// A pod is a netns of the test's own, in which it stays.
type pod struct {
	t    testing.TB
	conn *rtnetlink.Conn
}

func newPod(t testing.TB) pod {
	t.Helper()
	conn, err := rtnetlink.Open(int(podnetnstest.New(t)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return pod{t, conn}
}

func (p pod) ip(lines ...string) { p.t.Helper(); podnetnstest.IP(p.t, lines...) }

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
