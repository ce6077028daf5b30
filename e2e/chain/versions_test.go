package chain

import (
	"net"
	"slices"
	"testing"

	"github.com/containernetworking/cni/pkg/version"
)

// atLeast tells whether a version of the specification has what came with
// another.
func atLeast(t *testing.T, v, other string) bool {
	t.Helper()
	newer, err := version.GreaterThanOrEqualTo(v, other)
	if err != nil {
		t.Fatal(err)
	}
	return newer
}

func TestAllVerbsInAllVersions(t *testing.T) {
	for _, v := range version.All.SupportedVersions() {
		t.Run(v, func(t *testing.T) {
			a := newAttachment(t, v, `{"type": "chainsaw", "commands": ["ip link show dev CURRENT_INTERFACE"]}`)
			if got := len(a.add(t).IPs); got != 2 {
				t.Errorf("the result has %d addresses, want 2", got)
			}
			if atLeast(t, v, "0.4.0") {
				if err := a.cni.CheckNetworkList(t.Context(), a.list, a.conf); err != nil {
					t.Errorf("CHECK: %v", err)
				}
			}
			if atLeast(t, v, "1.1.0") {
				if err := a.cni.GetStatusNetworkList(t.Context(), a.list); err != nil {
					t.Errorf("STATUS: %v", err)
				}
				if err := a.cni.GCNetworkList(t.Context(), a.list, nil); err != nil {
					t.Errorf("GC: %v", err)
				}
			}
		})
	}
}

func TestResultTellsTheTruthInAllVersions(t *testing.T) {
	const link = `{"type": "chainsaw", "commands": [
		"ip addr add 198.51.100.7/24 dev CURRENT_INTERFACE",
		"ip route add 203.0.113.0/24 via CURRENT_GATEWAY4 dev CURRENT_INTERFACE",
		"ip link set CURRENT_INTERFACE address 02:00:00:00:00:07",
		"ip link set CURRENT_INTERFACE mtu 1400"]}`
	for _, v := range version.All.SupportedVersions() {
		t.Run(v, func(t *testing.T) {
			result := newAttachment(t, v, link).add(t)
			var addresses, routes []string
			for _, ip := range result.IPs {
				addresses = append(addresses, ip.Address.String())
			}
			for _, route := range result.Routes {
				routes = append(routes, route.Dst.String()+" via "+route.GW.String())
			}
			if !slices.Contains(routes, "203.0.113.0/24 via 192.0.2.1") {
				t.Errorf("the new route is not among %q", routes)
			}
			if !atLeast(t, v, "0.3.0") {
				return // one address of a family, and no interfaces
			}
			if !slices.Contains(addresses, "198.51.100.7/24") || len(addresses) != 3 {
				t.Errorf("the addresses are %q", addresses)
			}
			for _, i := range result.Interfaces {
				if i.Name != "net1" {
					continue
				}
				if i.Mac != "02:00:00:00:00:07" {
					t.Errorf("the MAC is %s", i.Mac)
				}
				if atLeast(t, v, "1.1.0") && i.Mtu != 1400 {
					t.Errorf("the MTU is %d", i.Mtu)
				}
			}
		})
	}
}

func TestPodNeverChoosesItsPodIP(t *testing.T) {
	a := newAttachment(t, "1.1.0", `{"type": "chainsaw", "commands": ["ip addr add 198.51.100.7/24 dev eth0", "ip addr del CURRENT_CIDR4 dev eth0"]}`)
	a.conf.IfName = "eth0"
	result := a.add(t)
	if len(result.IPs) != 2 || !result.IPs[0].Address.IP.Mask(net.CIDRMask(24, 32)).Equal(net.IPv4(192, 0, 2, 0)) {
		t.Errorf("the addresses of the default network are %v", result.IPs)
	}
}

func TestWithoutCommandsTheResultGoesStraightThrough(t *testing.T) {
	with := newAttachment(t, "1.1.0", `{"type": "chainsaw"}`).add(t)
	if len(with.IPs) != 2 || len(with.Interfaces) != 3 {
		t.Errorf("the result is %+v", with)
	}
}
