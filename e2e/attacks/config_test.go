package attacks

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/containernetworking/cni/pkg/types"

	"github.com/chainsaw-cni/chainsaw/e2e/node"
	"github.com/chainsaw-cni/chainsaw/shared/nodepolicy"
)

const (
	strict = `[{"allow": "read"}]`
	lax    = `[{"allow": "link set", "args": {"dev": true, "mtu": true}}]`
)

// TestRulesHaveOneReading writes the rules of a network so that one reader sees
// the strict ones and another one the lax.
func TestRulesHaveOneReading(t *testing.T) {
	netns := node.NetNS(t)
	attachTo(t, netns, "net1", onBridge).add(t)
	for _, test := range []struct {
		name, keys string
		code       uint // 0: it is read as everybody reads it
	}{
		{"twice", `"rules": ` + strict + `, "rules": ` + lax, 6},
		{"in another case", `"rules": ` + strict + `, "RULES": ` + lax, 7},
		{"in another case alone", `"Rules": ` + lax, 7},
		{"with a long s", `"rules": ` + strict + `, "ruleſ": ` + lax, 7},
		{"twice, once escaped", `"rules": ` + strict + `, "\u0072ules": ` + lax, 6},
		{"in another case, escaped", `"rules": ` + strict + `, "\u0052ules": ` + lax, 7},
		{"in a twin of podCommands", `"rules": ` + strict + `, "podcommands": "append"`, 7},
		{"in a twin of args", `"rules": ` + strict + `, "Args": {"cni": {"chainsaw": []}}`, 7},
		{"in a twin of cni", `"rules": ` + strict + `, "args": {"cni": {}, "CNI": {"chainsaw": []}}`, 7},
		{"in a twin of prevResult", `"rules": ` + strict + `, "PrevResult": {}`, 7},
		{"in a key of a rule", `"rules": [{"allow": "link set", "Args": {"dev": true}}]`, 7},
		{"once", `"rules": ` + lax, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			config := `{"cniVersion": "1.0.0", "name": "n", "type": "chainsaw-filter", ` + someResult + `,
				"runtimeConfig": {"io.kubernetes.cri.pod-annotations": {"k8s.v1.cni.cncf.io/chainsaw": "ip link set net1 mtu 1300"}}, ` + test.keys + `}`
			err := call(t, "chainsaw-filter", config, nil, environment(netns, "K8S_POD_NAMESPACE=default", "K8S_POD_NAME=web-0")...)
			if test.code == 0 {
				if err != nil {
					t.Error(err)
				}
				return
			}
			wantError(t, err, test.code, "")
		})
	}
}

// TestDocumentThatIsNone is about what the CNI library reads first, and what it
// lets through to us.
func TestDocumentThatIsNone(t *testing.T) {
	for name, config := range map[string]string{
		"a second document":  `{"cniVersion": "1.0.0", "name": "n", "commands": []} {"commands": ["ip link"]}`,
		"deep lists":         strings.Repeat("[", 1<<20),
		"deep objects":       strings.Repeat(`{"x":`, 1<<20),
		"deep in a key":      `{"cniVersion": "1.0.0", "name": "n", "x": ` + strings.Repeat("[", 9000) + strings.Repeat("]", 9000) + `}`,
		"10 MB of one key":   `{"cniVersion": "1.0.0", "name": "n", "x": "` + strings.Repeat("x", 10<<20) + `"}`,
		"a million of keys":  `{"cniVersion": "1.0.0", "name": "n"` + strings.Repeat(`, "x": 1`, 1_000_000) + `}`,
		"half of a document": `{"cniVersion": "1.0.0", "name": "n", "commands": ["ip li`,
	} {
		t.Run(name, func(t *testing.T) {
			err := call(t, "chainsaw", config, nil, environment("/run/netns/none")...)
			failure, ok := errors.AsType[*types.Error](err)
			if !ok || failure.Code != 6 && failure.Code != 7 {
				t.Errorf("it ended with %v", err)
			}
		})
	}
}

// TestEverySourceIsThePods gives commands in each place that is not the
// network's own: the rules and the node's policy bind them alike.
func TestEverySourceIsThePods(t *testing.T) {
	const line = "link set net1 mtu 1300"
	annotations := map[string]any{"io.kubernetes.cri.pod-annotations": map[string]string{toPods: line}}
	for _, source := range []struct {
		name, link string
		given      map[string]any
	}{
		{"cni-args", `{"type": "TYPE", "args": {"cni": {"chainsaw": ["` + line + `"]}}}`, nil},
		{"the runtime's annotations", `{"type": "TYPE", "capabilities": {"io.kubernetes.cri.pod-annotations": true}}`, annotations},
		{"chainsawd", `{"type": "TYPE"}`, nil},
	} {
		run := func(t *testing.T, plugin, says string) {
			playChainsawd(t, line)
			a := attach(t, onBridge, strings.Replace(source.link, "TYPE", plugin, 1)).ofPod("default", "web-0")
			a.conf.CapabilityArgs = source.given
			a.refused(t, 100, says)
			if got := find(links(t, a.inPod()...), "net1").MTU; got != 1500 {
				t.Errorf("the MTU is %d", got)
			}
		}
		t.Run(source.name+" under rules", func(t *testing.T) { run(t, "chainsaw-filter", "there are no rules") })
		t.Run(source.name+" under the node's policy", func(t *testing.T) {
			policy(t, `{"caps": [{"namespaces": ["*"], "variant": "chainsaw-inspect"}]}`)
			run(t, "chainsaw", "the node's policy caps this namespace at chainsaw-inspect")
		})
	}
}

// TestSpecificationsKeysOfANetwork is about a net-attach-def that brings what a
// runtime should fill in.
func TestSpecificationsKeysOfANetwork(t *testing.T) {
	t.Run("its own prevResult does not count", func(t *testing.T) {
		link := `{"type": "chainsaw", "commands": ["ip addr add CURRENT_IPV4/32 dev lo"], "prevResult":
			{"cniVersion": "1.0.0", "interfaces": [{"name": "net1", "sandbox": "/x"}], "ips": [{"address": "198.51.100.66/32"}]}}`
		a := attach(t, onBridge, link)
		a.add(t)
		out, err := ipCommand(t, append(a.inPod(), "addr", "show", "dev", "lo")...)
		if err != nil || strings.Contains(string(out), "198.51.100.66") || !strings.Contains(string(out), "192.0.2.") {
			t.Errorf("lo has %s, %v", out, err)
		}
	})
	t.Run("its own args are bound as the pod's", func(t *testing.T) {
		attach(t, onBridge, filtered(strict, "link set net1 mtu 1300")).refused(t, 100, "(cni-args #1)")
	})
	t.Run("its own runtimeConfig is bound as the pod's", func(t *testing.T) {
		link := `{"type": "chainsaw-filter", "rules": ` + strict + `, "runtimeConfig": {"io.kubernetes.cri.pod-annotations": {"` + toPods + `": "ip link set net1 mtu 1300"}}}`
		attach(t, onBridge, link).ofPod("default", "web-0").refused(t, 100, "(pod annotation #1)")
	})
}

// policy writes the node's policy for the time of the test.
func policy(t *testing.T, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(nodepolicy.AdminPath), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(nodepolicy.AdminPath, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Remove(nodepolicy.AdminPath) })
}
