package netstate

import (
	"reflect"
	"testing"
)

func TestAddressesLeaveOutWhatTheKernelDoes(t *testing.T) {
	got, err := addresses("1: lo    inet 127.0.0.1/8 scope host lo\\       valid_lft forever preferred_lft forever\n" +
		"2: net1    inet6 2001:db8::1/64 scope global tentative \\       valid_lft 86sec preferred_lft 10sec\n" +
		"2: net1    inet6 fe80::c42d:baff:fe24:5a3d/64 scope link \\       valid_lft forever preferred_lft forever\n" +
		"2: net1    inet6 fe80::1/64 scope link \\       valid_lft forever preferred_lft forever\n")
	want := []string{"lo inet 127.0.0.1/8 scope host lo", "net1 inet6 2001:db8::1/64 scope global", "net1 inet6 fe80::1/64 scope link"}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
}

func TestRoutesJoinHops(t *testing.T) {
	got, err := routes("default \n\tnexthop via 192.0.2.1 dev net1 weight 1 \n\tnexthop via 192.0.2.9 dev net1 weight 1 \n" +
		"local 127.0.0.1 dev lo table local proto kernel scope host src 127.0.0.1 \n" +
		"fe80::/64 dev net1 proto kernel metric 256 pref medium\n" +
		"10.0.0.0/8 dev net1 table localish scope link \n")
	want := []string{"default nexthop via 192.0.2.1 dev net1 weight 1 nexthop via 192.0.2.9 dev net1 weight 1", "10.0.0.0/8 dev net1 table localish scope link"}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
}

func TestLinksAreLinesOfAttributes(t *testing.T) {
	got, err := links(`[{"ifindex":2,"ifname":"vx","flags":["UP","LOWER_UP"],"mtu":1450,"operstate":"UP",
		"linkinfo":{"info_kind":"vxlan","info_data":{"id":5,"gc_timer":0.1}},"altnames":["a","b"]}]`)
	want := []string{"vx altnames a,b", "vx flags UP", "vx id 5", "vx type vxlan", "vx mtu 1450"}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
	if _, err := links("Usage: ip ..."); err == nil {
		t.Error("took what is no JSON")
	}
}

func TestDiffCountsEqualLines(t *testing.T) {
	var before, after State
	before[4] = []string{"0: from all lookup local", "10: from all lookup 5"}
	after[4] = []string{"0: from all lookup local", "10: from all lookup 5", "10: from all lookup 5"}
	want := []Change{{Title: "IPv4 rules", Added: []string{"10: from all lookup 5"}}}
	if got := Diff(before, after); !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := Diff(before, before); got != nil {
		t.Errorf("equal states differ: %q", got)
	}
}
