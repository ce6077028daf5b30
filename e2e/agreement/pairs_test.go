package agreement

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
)

// pair is a network with one link of ours, and a pod on it.
type pair struct {
	plugin string
	link   map[string]any // without type and args
	said   map[string]string
	args   any // cni-args of the pod for this network, or nil
}

// right are commands that ip understands; wrong are none that any plugin runs.
// None of them asks for the state of a device, or changes what net1 is.
var (
	right = []string{
		"ip route", "ip -j addr", "ip -br link show dev CURRENT_INTERFACE", "ip a s net1", "route show table all",
		"ip link set CURRENT_INTERFACE mtu 1400", "ip l s net1 mtu 1280", "ip link set dev net1 txqueuelen 500", "ip link set lo up",
		"ip route add 10.1.0.0/16 dev net1", "ip route replace 10.2.0.0/16 via 192.0.2.1", "ip route add 203.0.113.0/24 dev CURRENT_INTERFACE table 100",
		"ip r d 10.1.0.0/16", "ip rule add from CURRENT_CIDR4 table 100", "ip rule add to 10.0.0.0/8 lookup main",
		"ip neigh add 192.0.2.9 lladdr 02:00:00:00:00:09 dev net1", "ip address add 192.0.2.77/24 dev net1", "ip -6 route",
	}
	wrong = []string{
		"", "ip", "ip lnik set net1 mtu 1400", "ip link set net1 mtuu 1400", "ip link set net1 mtu", "ip route add 10.1.0.0/61 dev net1",
		"ip netns exec x ip route", "ip link set net1 netns 1", "ip -b /etc/passwd", "ip route; reboot", "ip addr add CURRENT_IPV5 dev net1",
		"ip link set CURRENT_INTERFACES up", "ip link add v0 type veth peer name v1 netns 1", "/bin/sh -c id", "ip -n x addr", "ip vrf exec x id",
	}
	keys = []map[string]any{
		{},
		{},
		{},
		{},
		{},
		{},
		{"onError": "continue"},
		{"commandTimeout": "2s"},
		{"lookup": "optional"},
		{"comment": "mine"},
		{"onError": "warn"},
		{"commandTimeout": "5"},
		{"socket_enabled": "no"},
		{"commands": "ip route"},
		{"socket_path": "/tmp/mine.sock"},
		{"Commands": []string{}},
	}
	bounds = []string{
		`[]`, `[{"allow": "read"}]`,
		`[{"allow": "read"}, {"allow": "link set", "args": {"dev": {"in": ["CURRENT_INTERFACE"]}, "mtu": {"range": [1280, 1400]}}}]`,
		`[{"allow": "route add|replace|del", "args": {"to": {"cidr": ["10.0.0.0/8"]}, "dev": true, "via": true}}]`,
		`[{"allow": "route add", "args": {"to": true, "dev": {"in": ["net1"]}}, "require": ["dev"]}, {"allow": "rule add", "args": {"from": true, "table": true}}]`,
		`[{"allow": "address add", "args": {"local": true, "dev": true}}, {"allow": "neighbour add", "args": {"to": true, "lladdr": true, "dev": true}}]`,
		`[{"allow": "rout add"}]`, `[{"allow": "route add", "args": {"mtuu": true}}]`,
	}
	merges = []string{"", "replace", "append", "prepend", "ignore"}
)

// newPair draws one. What would never run is always right: the plugin does not
// look at it, and validate does.
func newPair(r *rand.Rand) pair {
	p := pair{
		plugin: pick(r, []string{"chainsaw", "chainsaw", "chainsaw-filter", "chainsaw-filter", "chainsaw-inspect"}),
		link:   make(map[string]any),
		said:   make(map[string]string),
	}
	merge := pick(r, merges)
	asks := r.IntN(4) > 0
	if asks && (merge == "" || merge == "replace") {
		p.link["commands"] = []string{"ip route"}
	} else if defaults := lines(r, true); len(defaults) > 0 {
		p.link["commands"] = defaults
	}
	maps.Copy(p.link, pick(r, keys))
	if merge != "" {
		p.link["podCommands"] = merge
	}
	if p.plugin == "chainsaw-filter" || r.IntN(30) == 0 {
		p.link["rules"] = json.RawMessage(pick(r, bounds))
	}
	if asks {
		p.ask(r, merge != "ignore")
	}
	return p
}

// ask says in one of the forms what the pod wants.
func (p *pair) ask(r *rand.Rand, mayBeWrong bool) {
	wanted := lines(r, mayBeWrong)
	if wanted == nil {
		wanted = []string{"ip route"}
	}
	form := any(wanted)
	switch r.IntN(3) {
	case 0:
		form = map[string]any{"net1": wanted}
	case 1:
		form = map[string]any{"net9": []string{}, "*": wanted}
	}
	if r.IntN(3) == 0 {
		p.args = form
		return
	}
	text := text(form)
	if bare := wanted[0]; len(wanted) == 1 && r.IntN(2) == 0 && bare != "" {
		text = bare
	}
	if mayBeWrong && r.IntN(12) == 0 {
		text = strings.TrimSuffix(text, "]")
	}
	p.said["k8s.v1.cni.cncf.io/chainsaw"] = text
}

// lines are a few commands, of which now and then one is wrong.
func lines(r *rand.Rand, mayBeWrong bool) []string {
	var drawn []string
	for range r.IntN(4) {
		drawn = append(drawn, pick(r, right))
	}
	if mayBeWrong && r.IntN(8) == 0 {
		drawn = slices.Insert(drawn, r.IntN(len(drawn)+1), pick(r, wrong))
	}
	return drawn
}

func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }

// config is the link as a chain has it.
func (p pair) config() map[string]any {
	config := map[string]any{"type": p.plugin}
	maps.Copy(config, p.link)
	return config
}

// manifest is the two as an author writes them.
func (p pair) manifest(name string) string {
	list := map[string]any{"cniVersion": "1.0.0", "name": name, "plugins": []any{map[string]any{"type": "bridge"}, p.config()}}
	selected := map[string]any{"name": name}
	if p.args != nil {
		selected["cni-args"] = map[string]any{"chainsaw": p.args}
	}
	annotations := map[string]string{"k8s.v1.cni.cncf.io/networks": text([]any{selected})}
	maps.Copy(annotations, p.said)
	network := map[string]any{
		"apiVersion": "k8s.cni.cncf.io/v1", "kind": "NetworkAttachmentDefinition",
		"metadata": map[string]any{"name": name}, "spec": map[string]any{"config": text(list)},
	}
	pod := map[string]any{
		"apiVersion": "v1", "kind": "Pod",
		"metadata": map[string]any{"name": name, "annotations": annotations},
	}
	return fmt.Sprintf("%s\n---\n%s\n", text(network), text(pod))
}

// stdin is what a runtime hands to the plugin for them.
func (p pair) stdin(name string) string {
	config := p.config()
	config["cniVersion"], config["name"] = "1.0.0", name
	config["prevResult"] = json.RawMessage(`{"cniVersion": "1.0.0", "interfaces": [{"name": "net1", "sandbox": "/x"}],
		"ips": [{"interface": 0, "address": "192.0.2.5/24", "gateway": "192.0.2.1"}]}`)
	config["runtimeConfig"] = map[string]any{"io.kubernetes.cri.pod-annotations": p.said}
	if p.args != nil {
		config["args"] = map[string]any{"cni": map[string]any{"chainsaw": p.args}}
	}
	return text(config)
}

func text(v any) string {
	out, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(out)
}
