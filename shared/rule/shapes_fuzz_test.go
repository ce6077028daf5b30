package rule

import (
	"slices"
	"strings"

	"github.com/chainsaw-cni/chainsaw/shared/ipcmd"
)

// shapes are commands in which a word in capitals stands for a value.
var shapes = []string{
	"route add PREFIX via ADDR dev DEV",
	"route add PREFIX dev DEV table NUM metric NUM",
	"route replace to PREFIX nexthop via ADDR dev DEV weight NUM nexthop via ADDR",
	"route add PREFIX encap mpls NUM via inet ADDR dev DEV",
	"route add PREFIX encap ip id NUM dst ADDR dev DEV",
	"route add blackhole PREFIX",
	"route del PREFIX",
	"route get ADDR from ADDR iif DEV",
	"address add PREFIX dev DEV",
	"address add ADDR peer PREFIX dev DEV",
	"address add PREFIX broadcast ADDR dev DEV",
	"link set DEV mtu NUM up",
	"link set dev DEV address MAC txqueuelen NUM",
	"link add DEV type veth peer name DEV mtu NUM",
	"link add link DEV name DEV type macvlan mode bridge",
	"link add DEV type vxlan id NUM remote ADDR dev DEV",
	"rule add from PREFIX to PREFIX table NUM priority NUM",
	"rule add iif DEV lookup NUM",
	"neighbour add ADDR lladdr MAC dev DEV",
	"neighbour add proxy ADDR dev DEV",
	"nexthop add id NUM via ADDR dev DEV",
	"nexthop add id NUM group NUM",
	"tunnel add DEV mode gre remote ADDR local ADDR ttl NUM",
	"maddress add MAC dev DEV",
	"addrlabel add prefix PREFIX label NUM",
	"xfrm policy add src PREFIX dst PREFIX dir out tmpl src ADDR dst ADDR proto esp mode tunnel",
	"xfrm state add src ADDR dst ADDR proto esp spi NUM",
	"tcp_metrics delete ADDR",
}

// What stands for a value. The safe ones are within the limits of the rules.
var (
	holes = []string{"PREFIX", "ADDR", "DEV", "NUM", "MAC"}
	safe  = [][]string{
		{"10.1.2.0/24", "10.1.2.3", "10.0.0.0/8"},
		{"10.1.2.3", "10.255.255.255"},
		{"net1"},
		{"100", "7"},
		{"02:00:00:00:00:01"},
	}
	poisonous = [][]string{
		{"10.0.0.0/7", "0.0.0.0/1", "2001::/16", "203.0.113.0/24"},
		{"203.0.113.9", "2001:dead::9", "9.255.255.255", "11.0.0.0"},
		{"evil0"},
		{"6666", "4294967295"},
		{"02:66:66:66:66:66"},
	}
	// ambiguous are an address in one place and a name in another.
	ambiguous = []string{"default", "any", "all", "main", "local", "net1.5", "dev", "via", "0"}
)

// fill puts values in the place of words in capitals.
func (d *dice) fill(shape string, values [][]string) []string {
	words := strings.Fields(shape)
	for i, word := range words {
		if hole := slices.Index(holes, word); hole >= 0 {
			words[i] = pick(d, values[hole])
		}
	}
	return words
}

// rewrite changes a line a little, so that it often still is a command.
func (d *dice) rewrite(words []string, command ipcmd.Command) []string {
	words = slices.Clone(words)
	for range d.below(4) {
		words = d.change(words, command)
	}
	return words
}

func (d *dice) change(words []string, command ipcmd.Command) []string {
	at := d.below(len(words))
	switch d.below(8) {
	case 0: // an abbreviation
		words[at] = words[at][:1+d.below(len(words[at]))]
	case 1: // a value of the other kind
		words[at] = pick(d, slices.Concat(slices.Concat(safe, poisonous, [][]string{ambiguous})...))
	case 2: // an argument more
		more := []string{pick(d, ipcmd.ArgNames(command.Object, command.Action)), d.value()}
		words = slices.Insert(words, len(words)-d.below(2), more[:1+d.below(2)]...)
	case 3: // an option
		words = slices.Insert(words, 0, pick(d, ipcmd.OptionNames()))
	case 4: // an argument again
		words = append(words, words[at:min(at+2, len(words))]...)
	case 5: // a keyword left out
		words = slices.Delete(words, at, at+1)
	case 6: // another order
		tail := slices.Clone(words[at:])
		words = append(words[:min(2, at)], append(tail, words[min(2, at):at]...)...)
	case 7: // another action
		words[min(1, len(words)-1)] = pick(d, append(ipcmd.Actions(command.Object), "add"))
	}
	if len(words) == 0 {
		return []string{"link"}
	}
	return words
}

// value is any value, poisonous ones more often.
func (d *dice) value() string {
	hole := d.below(len(holes))
	if d.oneIn(3) {
		return pick(d, safe[hole])
	}
	return pick(d, poisonous[hole])
}
