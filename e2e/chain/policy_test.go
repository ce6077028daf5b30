package chain

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/chainsaw-cni/chainsaw/shared/nodepolicy"
)

// policy is the administrator's own for the test.
func policy(t *testing.T, text string, mode os.FileMode) {
	t.Helper()
	policyAt(t, nodepolicy.AdminPath, text, mode)
}

func policyAt(t *testing.T, path, text string, mode os.FileMode) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Remove(path) })
}

func TestNodePolicyCapsByNamespace(t *testing.T) {
	const caps = `{"caps": [
		{"namespaces": ["kube-*"], "variant": "chainsaw"},
		{"namespaces": ["default"], "variant": "chainsaw-inspect"}]}`
	change := commands("chainsaw", `, "podCommands": "ignore"`, "ip link set net1 mtu 1400")
	t.Run("the cap of the pod's namespace holds", func(t *testing.T) {
		policy(t, caps, 0o600)
		newAttachment(t, "1.0.0", change).ofPod(uid).refuse(t, 100, "the node's policy caps this namespace at chainsaw-inspect")
	})
	t.Run("another namespace has another cap", func(t *testing.T) {
		policy(t, caps, 0o600)
		a := newAttachment(t, "1.0.0", change).ofPod(uid)
		a.conf.Args[1][1] = "kube-system"
		a.add(t)
	})
	t.Run("a namespace without a cap is allowed nothing", func(t *testing.T) {
		policy(t, caps, 0o600)
		a := newAttachment(t, "1.0.0", change).ofPod(uid)
		a.conf.Args[1][1] = "elsewhere"
		a.refuse(t, 100, `no cap for the namespace "elsewhere"`)
	})
	t.Run("a command of no pod has the strictest", func(t *testing.T) {
		policy(t, caps, 0o600)
		newAttachment(t, "1.0.0", change).refuse(t, 100, "chainsaw-inspect")
	})
	t.Run("an item that is permitted passes the check on devices", func(t *testing.T) {
		policy(t, `{"caps": [{"namespaces": ["*"], "variant": "chainsaw", "permit": ["attached-alias"]}]}`, 0o600)
		newAttachment(t, "1.0.0", commands("chainsaw", "", "ip link set net1 alias x")).add(t)
	})
}

func TestNodePolicyOfTheAdministratorWins(t *testing.T) {
	const strict = `{"caps": [{"namespaces": ["*"], "variant": "chainsaw-inspect"}]}`
	const loose = `{"caps": [{"namespaces": ["*"], "variant": "chainsaw"}]}`
	change := commands("chainsaw", "", "ip link set net1 mtu 1400")
	t.Run("chainsawd's holds where there is no other", func(t *testing.T) {
		policyAt(t, nodepolicy.DaemonPath, strict, 0o600)
		newAttachment(t, "1.0.0", change).refuse(t, 100, "the node's policy caps this namespace at chainsaw-inspect")
	})
	t.Run("the administrator's is the stricter", func(t *testing.T) {
		policyAt(t, nodepolicy.DaemonPath, loose, 0o600)
		policy(t, strict, 0o600)
		newAttachment(t, "1.0.0", change).refuse(t, 100, "the node's policy caps this namespace at chainsaw-inspect")
	})
	t.Run("the administrator's is the looser", func(t *testing.T) {
		policyAt(t, nodepolicy.DaemonPath, strict, 0o600)
		policy(t, loose, 0o600)
		newAttachment(t, "1.0.0", change).add(t)
	})
}

// TestNodePolicyThatCannotBeTrustedRefusesEverything puts it into either place: a
// good one of chainsawd's does not help the administrator's.
func TestNodePolicyThatCannotBeTrustedRefusesEverything(t *testing.T) {
	read := commands("chainsaw-inspect", "", "ip link")
	for _, test := range []struct {
		name, text string
		mode       os.FileMode
		says       string
	}{
		{"broken", `{"caps": [`, 0o600, "ends too early"},
		{"misspelt", `{"caps": [{"namespace": ["*"], "variant": "chainsaw"}]}`, 0o600, `the key "namespace" is unknown`},
		{"writable by others", `{"caps": []}`, 0o666, "writable by everyone"},
	} {
		t.Run(test.name, func(t *testing.T) {
			policyAt(t, nodepolicy.DaemonPath, `{"caps": [{"namespaces": ["*"], "variant": "chainsaw"}]}`, 0o600)
			policy(t, test.text, test.mode)
			newAttachment(t, "1.0.0", read).refuse(t, 100, test.says, nodepolicy.AdminPath)
		})
		t.Run("chainsawd's is "+test.name, func(t *testing.T) {
			policyAt(t, nodepolicy.DaemonPath, test.text, test.mode)
			newAttachment(t, "1.0.0", read).refuse(t, 100, test.says, nodepolicy.DaemonPath)
		})
	}
}

func TestNodePolicyNamesFurtherPlaces(t *testing.T) {
	link := commands("chainsaw", `, "socket_path": "/run/site/chainsawd.sock"`, "ip link")
	newAttachment(t, "1.0.0", link).refuse(t, 7, "socket_path", nodepolicy.AdminPath)
	policy(t, `{"caps": [{"namespaces": ["*"], "variant": "chainsaw"}], "sockets": ["/run/site/chainsawd.sock"]}`, 0o600)
	newAttachment(t, "1.0.0", link).add(t)
}
