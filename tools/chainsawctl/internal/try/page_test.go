package try

import (
	"bytes"
	"net"
	"testing"

	"github.com/containernetworking/cni/pkg/types"
	types100 "github.com/containernetworking/cni/pkg/types/100"

	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/netstate"
)

func TestPageEscapesWhatItIsGiven(t *testing.T) {
	var out bytes.Buffer
	page{w: &out}.line("", "plugin %s", "a\x1b[2J\nChainsaw \u202e\xff é")
	if want := "plugin a\\x1b[2J\\nChainsaw \\u202e\\xff é\n"; out.String() != want {
		t.Errorf("got %q, want %q", out.String(), want)
	}
}

func TestPageIsColouredOnlyWhenAsked(t *testing.T) {
	for colour, want := range map[bool]string{
		true:  "\x1b[1mchainsaw changed in the netns:\x1b[0m\n  links\n\x1b[31m    - net1 mtu 1500\x1b[0m\n\x1b[32m    + net1 mtu 1400\x1b[0m\n",
		false: "chainsaw changed in the netns:\n  links\n    - net1 mtu 1500\n    + net1 mtu 1400\n",
	} {
		var out bytes.Buffer
		page{&out, colour}.changes("chainsaw", []netstate.Change{{
			Title: "links", Removed: []string{"net1 mtu 1500"}, Added: []string{"net1 mtu 1400"},
		}})
		if out.String() != want {
			t.Errorf("got %q, want %q", out.String(), want)
		}
	}
}

func TestPageShowsTheResult(t *testing.T) {
	network := func(cidr string) net.IPNet {
		ip, n, err := net.ParseCIDR(cidr)
		if err != nil {
			t.Fatal(err)
		}
		n.IP = ip
		return *n
	}
	result := &types100.Result{
		CNIVersion: "1.1.0",
		Interfaces: []*types100.Interface{{Name: "br0"}, {Name: "net1", Mac: "02:00:00:00:00:01", Mtu: 1400, Sandbox: "/run/netns/x"}},
		IPs:        []*types100.IPConfig{{Address: network("192.0.2.2/24"), Gateway: net.IPv4(192, 0, 2, 1)}},
		Routes:     []*types.Route{{Dst: network("10.0.0.0/8")}, {Dst: network("0.0.0.0/0"), GW: net.IPv4(192, 0, 2, 1), MTU: 1300}},
	}
	want := `Result:
  interface net1 mac 02:00:00:00:00:01 mtu 1400
  address 192.0.2.2/24 gateway 192.0.2.1
  route 10.0.0.0/8
  route 0.0.0.0/0 via 192.0.2.1 mtu 1300
`
	var out bytes.Buffer
	if err := (page{w: &out}).result(result); err != nil || out.String() != want {
		t.Errorf("%v\ngot\n%swant\n%s", err, out.String(), want)
	}
}
