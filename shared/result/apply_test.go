package result

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/containernetworking/cni/pkg/types"
	types100 "github.com/containernetworking/cni/pkg/types/100"
	"github.com/containernetworking/cni/pkg/types/create"
	"github.com/containernetworking/cni/pkg/version"
)

// What the commands did in the tests below: another address in place of the
// IPv4 one, another gateway, and a new MAC and MTU.
var (
	before = State{
		mac: "02:00:00:00:00:01", mtu: 1500,
		addresses: []address{static("10.1.2.3/24"), static("2001:db8::3/64")},
		routes:    []route{via("0.0.0.0/0", "10.1.2.1")},
	}
	after = State{
		mac: "02:00:00:00:00:99", mtu: 1400,
		addresses: []address{static("10.1.2.4/24"), static("2001:db8::3/64")},
		routes:    []route{via("0.0.0.0/0", "10.1.2.254")},
	}
)

func static(p string) address { return address{netip.MustParsePrefix(p), true} }

func via(dst, gw string) route {
	return route{dst: netip.MustParsePrefix(dst), gw: netip.MustParseAddr(gw)}
}

func TestResultsOfOtherShapes(t *testing.T) {
	tests := []struct{ name, prev, links, ips, routes string }{
		{
			name: "nothing but a version", prev: `{"cniVersion": "1.1.0"}`,
			ips: "10.1.2.4/24", routes: "0.0.0.0/0 via 10.1.2.254",
		},
		{
			name: "null entries",
			prev: `{"cniVersion": "1.1.0", "interfaces": [null, {"name": "net1", "sandbox": "/n"}], "ips": [{"address": "10.1.2.3/24"}], "routes": null}`,
			ips:  "10.1.2.4/24 on 1", routes: "0.0.0.0/0 via 10.1.2.254", links: "net1 02:00:00:00:00:99 1400",
		},
		{
			name: "no interfaces",
			prev: `{"cniVersion": "1.1.0", "ips": [{"address": "10.1.2.3/24"}]}`,
			ips:  "10.1.2.4/24", routes: "0.0.0.0/0 via 10.1.2.254",
		},
		{
			name:  "no interface of this name",
			prev:  `{"cniVersion": "1.1.0", "interfaces": [{"name": "cali1"}], "ips": [{"address": "10.1.2.3/24"}]}`,
			links: "cali1  0", ips: "10.1.2.4/24", routes: "0.0.0.0/0 via 10.1.2.254",
		},
		{
			name:  "an interface of the host that has the same name",
			prev:  `{"cniVersion": "1.1.0", "interfaces": [{"name": "net1", "mac": "aa"}, {"name": "net1", "sandbox": "/n"}], "ips": [{"interface": 0, "address": "10.1.2.3/24"}]}`,
			links: "net1 aa 0, net1 02:00:00:00:00:99 1400", ips: "10.1.2.3/24 on 0, 10.1.2.4/24 on 1", routes: "0.0.0.0/0 via 10.1.2.254",
		},
		{
			name: "an index that points nowhere",
			prev: `{"cniVersion": "1.1.0", "ips": [{"interface": 7, "address": "10.1.2.3/24"}]}`,
			ips:  "10.1.2.3/24 on 7, 10.1.2.4/24", routes: "0.0.0.0/0 via 10.1.2.254",
		},
		{
			name: "another prefix length than is set",
			prev: `{"cniVersion": "1.1.0", "ips": [{"address": "10.1.2.3/32", "gateway": "169.254.1.1"}]}`,
			ips:  "10.1.2.4/24", routes: "0.0.0.0/0 via 10.1.2.254",
		},
		{
			name: "several addresses of a family",
			prev: `{"cniVersion": "1.1.0", "ips": [{"address": "10.1.2.2/24"}, {"address": "10.1.2.3/24"}, {"address": "2001:db8::3/64"}]}`,
			ips:  "10.1.2.2/24, 2001:db8::3/64, 10.1.2.4/24", routes: "0.0.0.0/0 via 10.1.2.254",
		},
		{
			name: "routes of other tables, gateways and metrics",
			prev: `{"cniVersion": "1.1.0", "routes": [{"dst": "0.0.0.0/0", "gw": "10.1.2.1", "table": 100}, {"dst": "0.0.0.0/0", "gw": "10.1.2.7"}, {"dst": "0.0.0.0/0", "gw": "10.1.2.1", "priority": 7}, {"dst": "0.0.0.0/0", "gw": "10.1.2.1", "table": 254}]}`,
			ips:  "10.1.2.4/24", routes: "0.0.0.0/0 via 10.1.2.1, 0.0.0.0/0 via 10.1.2.7, 0.0.0.0/0 via 10.1.2.1 prio 7, 0.0.0.0/0 via 10.1.2.254",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			prev := result(t, tt.prev)
			got := Apply(prev, before, after, "net1", false)
			same(t, "prev afterwards", text(t, prev), text(t, result(t, tt.prev)))
			if len(got.Interfaces) > 0 && got.Interfaces[0] == nil {
				got.Interfaces = got.Interfaces[1:]
			}
			links, ips, routes := tell(got)
			same(t, "interfaces", links, tt.links)
			same(t, "ips", ips, tt.ips)
			same(t, "routes", routes, tt.routes)
		})
	}
}

func TestNoDifferenceChangesNothing(t *testing.T) {
	prev := result(t, `{"cniVersion": "1.1.0", "interfaces": [{"name": "net1", "sandbox": "/n"}], "routes": [{"dst": "0.0.0.0/0", "priority": 9}]}`)
	same(t, "result", text(t, Apply(prev, before, before, "net1", false)), text(t, prev))
}

func TestDeletedDeviceKeepsItsDescription(t *testing.T) {
	prev := result(t, `{"cniVersion": "1.1.0", "interfaces": [{"name": "net1", "mac": "02:00:00:00:00:01", "mtu": 1500, "sandbox": "/n"}]}`)
	same(t, "result", text(t, Apply(prev, before, State{}, "net1", false)), text(t, prev))
}

func TestRoutesThatAResultCannotTellApart(t *testing.T) {
	// They differ in what CNI has no word for, such as the TOS.
	was := []route{via("0.0.0.0/0", "10.1.2.1"), via("0.0.0.0/0", "10.1.2.1")}
	was[1].mtu = 1300
	now := []route{via("0.0.0.0/0", "10.1.2.1")}
	now[0].mtu = 1400
	prev := result(t, `{"cniVersion": "1.1.0", "routes": [{"dst": "0.0.0.0/0", "gw": "10.1.2.1"}]}`)
	_, _, routes := tell(Apply(prev, State{routes: was}, State{routes: now}, "net1", false))
	same(t, "routes", routes, "0.0.0.0/0 via 10.1.2.1 mtu 1400")
}

func TestNullEntriesStay(t *testing.T) {
	prev := &types100.Result{
		CNIVersion: "1.1.0",
		Interfaces: []*types100.Interface{nil},
		IPs:        []*types100.IPConfig{nil},
		Routes:     []*types.Route{nil},
	}
	got := Apply(prev, before, after, "net1", false)
	if got.Interfaces[0] != nil || got.IPs[0] != nil || got.Routes[0] != nil {
		t.Errorf("a null entry was replaced: %s", text(t, got))
	}
}

// An IPv4-mapped address counts as what a result says it is.
func TestAddressesInSixteenBytes(t *testing.T) {
	prev := result(t, `{"cniVersion": "1.1.0", "ips": [{"address": "10.1.2.3/24"}]}`)
	if len(prev.IPs[0].Address.IP) != 16 {
		t.Fatalf("the library keeps IPv4 in %d bytes: this test tests nothing", len(prev.IPs[0].Address.IP))
	}
	_, ips, _ := tell(Apply(prev, before, State{}, "net1", false))
	same(t, "ips", ips, "")
}

func TestEveryVersionTellsTheSame(t *testing.T) {
	for _, v := range version.All.SupportedVersions() {
		t.Run(v, func(t *testing.T) {
			got := throughVersion(t, v)
			links, ips, routes := tell(got)
			switch {
			case v == "0.1.0" || v == "0.2.0":
				same(t, "ips", ips, "10.1.2.4/24, 2001:db8::3/64")
			case v < "1.0.0":
				same(t, "interfaces", links, "net1 02:00:00:00:00:99 0")
				same(t, "ips", ips, "2001:db8::3/64 on 0, 10.1.2.4/24 on 0")
			default:
				same(t, "interfaces", links, "net1 02:00:00:00:00:99 1400")
				same(t, "ips", ips, "2001:db8::3/64 on 0, 10.1.2.4/24 on 0")
			}
			same(t, "routes", routes, "0.0.0.0/0 via 10.1.2.254")
		})
	}
}

// throughVersion takes a result of that version as a plugin gets it, applies
// the commands, and reads what the plugin then prints.
func throughVersion(t *testing.T, v string) *types100.Result {
	t.Helper()
	given, err := create.Create(v, []byte(prevOf(v)))
	if err != nil {
		t.Fatal(err)
	}
	prev, err := types100.NewResultFromResult(given)
	if err != nil {
		t.Fatal(err)
	}
	out, err := Apply(prev, before, after, "net1", false).GetAsVersion(v)
	if err != nil {
		t.Fatal(err)
	}
	printed, err := create.Create(v, []byte(text(t, out)))
	if err != nil {
		t.Fatal(err)
	}
	read, err := types100.NewResultFromResult(printed)
	if err != nil {
		t.Fatal(err)
	}
	return read
}

func prevOf(v string) string {
	head := `{"cniVersion": "` + v + `", `
	if v < "0.3.0" {
		return head + `"ip4": {"ip": "10.1.2.3/24", "gateway": "10.1.2.1", "routes": [{"dst": "0.0.0.0/0"}]}, "ip6": {"ip": "2001:db8::3/64"}}`
	}
	family4, family6 := "", ""
	if v < "1.0.0" {
		family4, family6 = `"version": "4", `, `"version": "6", `
	}
	return head + `"interfaces": [{"name": "net1", "mac": "02:00:00:00:00:01", "sandbox": "/n"}],
		"ips": [{` + family4 + `"interface": 0, "address": "10.1.2.3/24", "gateway": "10.1.2.1"},
			{` + family6 + `"interface": 0, "address": "2001:db8::3/64"}],
		"routes": [{"dst": "0.0.0.0/0"}]}`
}

func TestObserveNamesTheInterface(t *testing.T) {
	name := strings.Repeat("x", 200) // more than the kernel takes for a name
	_, err := Observe(newPod(t).conn, name)
	if err == nil || !strings.Contains(err.Error(), "observing the interface "+name) {
		t.Errorf("Observe: %v", err)
	}
}

func BenchmarkObserve(b *testing.B) {
	p := newPod(b)
	p.ip(attachment...)
	for b.Loop() {
		p.observe("net1")
	}
}
