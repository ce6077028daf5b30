package device

import (
	"slices"
	"strings"
	"testing"

	"github.com/chainsaw-cni/chainsaw/shared/ipcmd"
	"github.com/chainsaw-cni/chainsaw/shared/rtnetlink"
)

// Kinds that the kernel of the tests may lack are judged as the kernel would
// describe them.
func TestReachesHost(t *testing.T) {
	const attachedIndex, newIndex = 7, 8
	g := &Guard{attached: []int{attachedIndex}}
	tests := []struct {
		kind                     string
		attached, made, otherNet bool // of the attachment, made here, made here but linked elsewhere
	}{
		{"veth", false, false, false},
		{"netkit", false, false, false},
		{"dummy", false, false, false},
		{"vrf", false, false, false},
		{"bond", false, false, false},
		{"vlan", false, false, true},
		{"macsec", false, false, true},
		{"gre", false, false, true},
		{"macvlan", true, false, true},
		{"ipvlan", true, false, true},
		{"ipvtap", true, false, true},
		{"wireguard", true, false, true},
		{"something-new", true, false, true},
		{"", true, false, true}, // a network card
	}
	for _, tt := range tests {
		t.Run(tt.kind, func(t *testing.T) {
			link := rtnetlink.Link{Index: attachedIndex, Kind: tt.kind}
			if got := g.reachesHost(link); got != tt.attached {
				t.Errorf("of the attachment: %v", got)
			}
			link.Index = newIndex
			if got := g.reachesHost(link); got != tt.made {
				t.Errorf("made here: %v", got)
			}
			link.OtherNetns = true
			if got := g.reachesHost(link); got != tt.otherNet {
				t.Errorf("linked to another netns: %v", got)
			}
		})
	}
	lo := rtnetlink.Link{Index: attachedIndex, Loopback: true}
	if g.reachesHost(lo) {
		t.Error("the loopback device is host-backed")
	}
}

func TestEffectsAreCommandsOfIP(t *testing.T) {
	for _, e := range effects {
		for action := range strings.SplitSeq(e.actions, "|") {
			if class, _ := ipcmd.ClassOf(e.object, action); class != ipcmd.Change {
				t.Errorf("%s %s is no command that changes something", e.object, action)
			}
			for _, arg := range []string{e.arg, e.device} {
				if arg != "" && !slices.Contains(ipcmd.ArgNames(e.object, action), arg) {
					t.Errorf("%s %s has no argument %q", e.object, action, arg)
				}
			}
		}
	}
}

func TestEveryItemHasAnEffectAndWords(t *testing.T) {
	for _, item := range Items() {
		if !slices.ContainsFunc(effects[:], func(e effect) bool { return e.item == item }) {
			t.Errorf("no command does what %s is about", item)
		}
		if item.Description() == "" || item.facts().refusal == "" {
			t.Errorf("%s lacks words", item)
		}
	}
	if Item("nonsense").Description() != "" {
		t.Error("an unknown item has a description")
	}
}

func BenchmarkNewGuard(b *testing.B) {
	w := newWorld(b)
	for b.Loop() {
		w.guard()
	}
}

func BenchmarkCheck(b *testing.B) {
	for _, line := range []string{
		"route show",
		"route add 10.0.0.0/8 dev net1",
		"link set net1 mtu 1400",
		"link set eth0 promisc on",
		"link add link eth0 name mac0 type macvlan",
	} {
		b.Run(line, func(b *testing.B) {
			g, c := newWorld(b).guard(), parse(b, line)
			for b.Loop() {
				if err := g.Check(c); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
