package result

import (
	"encoding/json"
	"testing"
)

// What earlier plugins made, and what they told of it.
var attachment = []string{
	"link add net1 address 02:00:00:00:00:01 type veth peer name host1",
	"link add net2 type veth peer name host2",
	"link set host1 up",
	"link set net1 up",
	"link set net2 up",
	"address add 10.1.2.3/24 dev net1",
	"address add 2001:db8::3/64 dev net1",
	"address add 10.9.0.3/24 dev net2",
	"route add default via 10.1.2.1",
	"route add default via 2001:db8::1",
	"route add 172.16.0.0/12 via 10.1.2.2 mtu 1400",
}

const told = `{
	"cniVersion": "1.1.0",
	"interfaces": [
		{"name": "host1"},
		{"name": "net1", "mac": "02:00:00:00:00:01", "sandbox": "/run/netns/pod"}
	],
	"ips": [
		{"interface": 1, "address": "10.1.2.3/24", "gateway": "10.1.2.1"},
		{"interface": 1, "address": "2001:db8::3/64", "gateway": "2001:db8::1"}
	],
	"routes": [
		{"dst": "0.0.0.0/0"},
		{"dst": "::/0", "gw": "2001:db8::1"},
		{"dst": "198.51.100.0/24", "gw": "10.1.2.9"},
		{"dst": "172.16.0.0/12", "gw": "10.1.2.2", "mtu": 1400}
	],
	"dns": {"nameservers": ["10.1.2.53"]}
}`

const (
	oldLinks  = "host1  0, net1 02:00:00:00:00:01 0"
	oldIP4    = "10.1.2.3/24 gw 10.1.2.1 on 1"
	oldIP6    = "2001:db8::3/64 gw 2001:db8::1 on 1"
	oldIPs    = oldIP4 + ", " + oldIP6
	oldUnseen = "198.51.100.0/24 via 10.1.2.9" // listed, never installed
	oldRoute  = "172.16.0.0/12 via 10.1.2.2 mtu 1400"
	oldRoutes = "0.0.0.0/0, ::/0 via 2001:db8::1, " + oldUnseen + ", " + oldRoute
)

func TestResultFollowsCommands(t *testing.T) {
	tests := []struct {
		name   string
		run    []string
		links  string // "": as before; so for ips and routes
		ips    string
		routes string
	}{
		{name: "leaves all alone when nothing ran"},
		{name: "leaves all alone when a command only read", run: []string{"route show"}},

		{
			name: "adds an address",
			run:  []string{"address add 10.1.2.4/24 dev net1"},
			ips:  oldIPs + ", 10.1.2.4/24 on 1",
		},
		{
			name: "adds an IPv6 address that is still tentative",
			run:  []string{"address add 2001:db8::4/64 dev net1"},
			ips:  oldIPs + ", 2001:db8::4/64 on 1",
		},
		{
			name: "removes an address, and the routes that went with it",
			run:  []string{"address del 10.1.2.3/24 dev net1"},
			ips:  oldIP6, routes: "::/0 via 2001:db8::1, " + oldUnseen,
		},
		{
			name: "changes a prefix length in place",
			run:  []string{"address add 10.1.2.3/16 dev net1", "address del 10.1.2.3/24 dev net1"},
			ips:  "10.1.2.3/16 gw 10.1.2.1 on 1, " + oldIP6,
		},
		{
			name: "tells the own side of a peer address",
			run:  []string{"address add 10.3.0.1 peer 10.3.0.2 dev net1"},
			ips:  oldIPs + ", 10.3.0.1/32 on 1",
		},
		{
			name: "does not tell an address with a lifetime",
			run:  []string{"address add 2001:db8::99/64 dev net1 valid_lft 300 preferred_lft 300"},
		},
		{
			name: "keeps a listed address that got a lifetime",
			run:  []string{"address change 10.1.2.3/24 dev net1 valid_lft 300 preferred_lft 300"},
		},
		{
			name: "does not tell an address of link scope",
			run:  []string{"address add 169.254.7.7/16 dev net1 scope link", "address add fe80::7/64 dev net1"},
		},
		{
			name: "does not tell addresses of other devices",
			run:  []string{"address add 10.9.0.4/24 dev net2", "address del 10.9.0.3/24 dev net2"},
		},
		{
			name: "removes what the kernel forgets when the link goes down",
			run:  []string{"link set net1 down", "link set net1 up"},
			ips:  oldIP4, routes: oldUnseen,
		},

		{
			name:   "adds a route",
			run:    []string{"route add 10.7.0.0/16 via 10.1.2.7 metric 50 mtu 1300 advmss 1200"},
			routes: oldRoutes + ", 10.7.0.0/16 via 10.1.2.7 mtu 1300 advmss 1200 prio 50",
		},
		{
			name:   "tells the scope of a route on the link",
			run:    []string{"route add 10.7.0.0/16 dev net1"},
			routes: oldRoutes + ", 10.7.0.0/16 scope 253",
		},
		{
			name:   "tells an IPv6 route without the kernel's default metric",
			run:    []string{"route add 2001:db8:7::/48 via 2001:db8::7 dev net1"},
			routes: oldRoutes + ", 2001:db8:7::/48 via 2001:db8::7",
		},
		{
			name:   "replaces a default route whose gateway was left to the ips",
			run:    []string{"route replace default via 10.1.2.254"},
			routes: "0.0.0.0/0 via 10.1.2.254, ::/0 via 2001:db8::1, " + oldUnseen + ", " + oldRoute,
		},
		{
			name:   "removes a default route whose gateway was left to the ips",
			run:    []string{"route del default"},
			routes: "::/0 via 2001:db8::1, " + oldUnseen + ", " + oldRoute,
		},
		{
			name:   "removes an IPv6 default route",
			run:    []string{"-6 route del default"},
			routes: "0.0.0.0/0, " + oldUnseen + ", " + oldRoute,
		},
		{
			name:   "replaces a gateway by the link",
			run:    []string{"route replace 172.16.0.0/12 dev net1"},
			routes: "0.0.0.0/0, ::/0 via 2001:db8::1, " + oldUnseen + ", 172.16.0.0/12 scope 253",
		},
		{
			name:   "follows a route's MTU",
			run:    []string{"route change 172.16.0.0/12 via 10.1.2.2 mtu 1350"},
			routes: "0.0.0.0/0, ::/0 via 2001:db8::1, " + oldUnseen + ", 172.16.0.0/12 via 10.1.2.2 mtu 1350",
		},
		{
			name:   "leaves the gateway of a changed route to the ips",
			run:    []string{"route change default via 10.1.2.1 mtu 1300"},
			routes: "0.0.0.0/0 mtu 1300, ::/0 via 2001:db8::1, " + oldUnseen + ", " + oldRoute,
		},
		{
			name:   "follows a route's metric",
			run:    []string{"route del 172.16.0.0/12", "route add 172.16.0.0/12 via 10.1.2.2 metric 9"},
			routes: "0.0.0.0/0, ::/0 via 2001:db8::1, " + oldUnseen + ", 172.16.0.0/12 via 10.1.2.2 prio 9",
		},
		{
			name: "does not list a route twice that is installed only now",
			run:  []string{"route add 198.51.100.0/24 via 10.1.2.9"},
		},
		{
			name:   "adds a second route to the same destination",
			run:    []string{"route add default via 10.1.2.8 metric 100"},
			routes: oldRoutes + ", 0.0.0.0/0 via 10.1.2.8 prio 100",
		},
		{
			name:   "tells each next hop that leaves by the interface",
			run:    []string{"route add 10.7.0.0/16 nexthop via 10.1.2.7 nexthop via 10.1.2.8 nexthop via 10.9.0.7 dev net2"},
			routes: oldRoutes + ", 10.7.0.0/16 via 10.1.2.7, 10.7.0.0/16 via 10.1.2.8",
		},
		{
			name:   "tells each IPv6 next hop",
			run:    []string{"route add 2001:db8:7::/48 nexthop via 2001:db8::7 nexthop via 2001:db8::8"},
			routes: oldRoutes + ", 2001:db8:7::/48 via 2001:db8::7, 2001:db8:7::/48 via 2001:db8::8",
		},
		{
			name:   "tells the gateway of a nexthop object",
			run:    []string{"nexthop add id 7 via 10.1.2.7 dev net1", "route add 10.7.0.0/16 nhid 7"},
			routes: oldRoutes + ", 10.7.0.0/16 via 10.1.2.7",
		},
		{
			name:   "tells an IPv6 gateway of an IPv4 route",
			run:    []string{"route add 10.7.0.0/16 via inet6 fe80::7 dev net1"},
			routes: oldRoutes + ", 10.7.0.0/16 via fe80::7",
		},
		{
			name: "does not tell other tables",
			run:  []string{"route add default via 10.1.2.1 table 100", "route add default via 10.1.2.1 table 1000"},
		},
		{
			name: "does not tell routes by other devices, or by none",
			run:  []string{"route add 10.7.0.0/16 via 10.9.0.7", "route add blackhole 10.8.0.0/16", "route add unreachable 2001:db8:8::/48", "route add local 10.66.0.0/16 dev net1 table main"},
		},
		{
			name: "does not tell routes of the kernel or of a router advertisement",
			run:  []string{"route add 10.7.0.0/16 dev net1 proto kernel", "route add 2001:db8:7::/48 dev net1 proto ra"},
		},

		{
			name:  "follows the MAC and the MTU",
			run:   []string{"link set net1 address 02:00:00:00:00:99 mtu 1400"},
			links: "host1  0, net1 02:00:00:00:00:99 1400",
		},
		{
			name: "does not follow other devices",
			run:  []string{"link set host1 address 02:00:00:00:00:77 mtu 1400", "link set net2 mtu 1300"},
		},
		{
			name: "has neither addresses nor installed routes of a deleted device",
			run:  []string{"link del net1"},
			ips:  " ", routes: oldUnseen,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := newPod(t)
			p.ip(attachment...)
			prev := result(t, told)
			before := p.observe("net1")
			p.ip(tt.run...)
			got := Apply(prev, before, p.observe("net1"), "net1", false)

			links, ips, routes := tell(got)
			same(t, "interfaces", links, or(tt.links, oldLinks))
			same(t, "ips", ips, or(tt.ips, oldIPs))
			same(t, "routes", routes, or(tt.routes, oldRoutes))
			same(t, "DNS", got.DNS.Nameservers[0], "10.1.2.53")
			same(t, "prev afterwards", text(t, prev), text(t, result(t, told)))
		})
	}
}

func TestPodCannotChooseItsOwnAddress(t *testing.T) {
	p := newPod(t)
	p.ip(attachment...)
	before := p.observe("net1")
	p.ip("address flush dev net1", "address add 10.1.2.66/24 dev net1", "route add default via 10.1.2.66")
	_, ips, routes := tell(Apply(result(t, told), before, p.observe("net1"), "net1", true))
	same(t, "ips", ips, oldIPs)
	same(t, "routes", routes, "0.0.0.0/0 via 10.1.2.66, ::/0 via 2001:db8::1, "+oldUnseen)
}

func same(t *testing.T, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s:\n got %s\nwant %s", what, got, want)
	}
}

// or gives what a table left out; " " stands for nothing at all.
func or(s, otherwise string) string {
	switch s {
	case "":
		return otherwise
	case " ":
		return ""
	}
	return s
}

func text(t *testing.T, v any) string {
	t.Helper()
	doc, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(doc)
}
