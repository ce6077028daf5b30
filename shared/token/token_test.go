package token

import (
	"net"
	"net/netip"
	"strings"
	"testing"

	types100 "github.com/containernetworking/cni/pkg/types/100"
)

// prev is the result of a plugin that gave net1 two addresses of each family,
// and named the host's end of it first.
func prev() *types100.Result {
	return &types100.Result{
		Interfaces: []*types100.Interface{
			{Name: "veth0", Mac: "02:00:00:00:00:01"},
			nil,
			{Name: "net1", Mac: "02:00:00:00:00:0A", Sandbox: "/run/netns/x"},
		},
		IPs: []*types100.IPConfig{
			ip("172.16.0.1/16", "", 0),
			nil,
			ip("192.0.2.7/24", "192.0.2.1", 2),
			ip("192.0.2.8/24", "192.0.2.2", 2),
			ip("2001:db8::7/64", "2001:db8::1", 2),
		},
	}
}

func ip(address, gateway string, of int) *types100.IPConfig {
	host, network, err := net.ParseCIDR(address)
	if err != nil {
		panic(err)
	}
	network.IP = host
	return &types100.IPConfig{Interface: &of, Address: *network, Gateway: net.ParseIP(gateway)}
}

func TestExpand(t *testing.T) {
	values := FromResult("net1", prev())
	for _, test := range []struct{ word, want string }{
		{"route", "route"},
		{"CURRENT_INTERFACE", "net1"},
		{"CURRENT_INTERFACE.100", "net1.100"},
		{"br-CURRENT_INTERFACE", "br-net1"},
		{"CURRENT_MAC", "02:00:00:00:00:0a"},
		{"CURRENT_IPV4", "192.0.2.7"},
		{"CURRENT_IPV4/32", "192.0.2.7/32"},
		{"CURRENT_IPV6", "2001:db8::7"},
		{"CURRENT_CIDR4", "192.0.2.7/24"},
		{"CURRENT_CIDR6", "2001:db8::7/64"},
		{"CURRENT_GATEWAY4", "192.0.2.1"},
		{"CURRENT_GATEWAY6", "2001:db8::1"},
		{"CURRENT_INTERFACE-CURRENT_INTERFACE", "net1-net1"},
	} {
		got, err := values.Expand(test.word)
		if err != nil || got != test.want {
			t.Errorf("%s is %q, %v; want %q", test.word, got, err, test.want)
		}
	}
}

func TestExpandRefuses(t *testing.T) {
	full := FromResult("net1", prev())
	empty := FromResult("net1", &types100.Result{})
	for _, test := range []struct {
		name   string
		values Values
		word   string
		want   string
	}{
		{"an unknown token", full, "CURRENT_IP", "there is no token CURRENT_IP; the tokens are CURRENT_INTERFACE, "},
		{"a token that runs on", full, "CURRENT_IPV4X", "there is no token CURRENT_IPV4X"},
		{"the bare prefix", full, "CURRENT_", "there is no token CURRENT_"},
		{"no MAC", empty, "CURRENT_MAC", "names no MAC of it"},
		{"no address", empty, "CURRENT_IPV4", "has no value here"},
		{"no prefix", empty, "CURRENT_CIDR6", "has no value here"},
		{"no gateway", empty, "CURRENT_GATEWAY4", "has no value here"},
		{"an interface named like a keyword", Values{Interface: "netns"}, "CURRENT_INTERFACE", `"netns"`},
		{"an interface named like an option", Values{Interface: "-batch"}, "CURRENT_INTERFACE", `"-batch"`},
		{"an interface named like an index", Values{Interface: "if1"}, "CURRENT_INTERFACE", `"if1"`},
		{"an interface named like many", Values{Interface: "all"}, "CURRENT_INTERFACE", `"all"`},
		{"a MAC that is none", Values{MAC: "dev netns"}, "CURRENT_MAC", "no value"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := test.values.Expand(test.word)
			if err == nil {
				t.Fatalf("it became %q", got)
			}
			if !strings.Contains(err.Error(), test.want) {
				t.Errorf("the error is %q, want it to say %q", err, test.want)
			}
		})
	}
}

func TestCheck(t *testing.T) {
	for text, ok := range map[string]bool{
		"eth0": true, "CURRENT_INTERFACE": true, "CURRENT_IPV4/32": true, "x-CURRENT_MAC-CURRENT_CIDR6": true,
		"CURRENT_": false, "CURRENT_IFACE": false, "CURRENT_IPV4CURRENT_MAC": false, "CURRENT_MAC CURRENT_IP": false,
	} {
		if err := Check(text); (err == nil) != ok {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestValuesAreReplacedOnce(t *testing.T) {
	got, err := Values{Interface: "CURRENT_MAC", MAC: "02:00:00:00:00:01"}.Expand("CURRENT_INTERFACE")
	if err == nil && got != "CURRENT_MAC" {
		t.Errorf("a value was searched for tokens again: %q", got)
	}
}

func TestFromResultTakesLazyResults(t *testing.T) {
	values := FromResult("net1", &types100.Result{IPs: []*types100.IPConfig{{Address: net.IPNet{IP: net.IPv4(10, 0, 0, 2), Mask: net.CIDRMask(24, 32)}}}})
	if want := netip.MustParsePrefix("10.0.0.2/24"); values.IPv4 != want {
		t.Errorf("the address is %v, want %v", values.IPv4, want)
	}
}

func TestFromResultTakesGatewaysOfTheFamily(t *testing.T) {
	values := FromResult("net1", &types100.Result{IPs: []*types100.IPConfig{
		ip("192.0.2.7/24", "fe80::1", 0), ip("192.0.2.8/24", "192.0.2.1", 0),
	}})
	if want := netip.MustParseAddr("192.0.2.1"); values.Gateway4 != want || values.Gateway6.IsValid() {
		t.Errorf("the gateways are %v and %v, want %v alone", values.Gateway4, values.Gateway6, want)
	}
}

func TestExpandAllStopsAtTheFirstError(t *testing.T) {
	if words, err := (Values{}).ExpandAll([]string{"route", "CURRENT_IPV4"}); err == nil {
		t.Errorf("got %q", words)
	}
}
