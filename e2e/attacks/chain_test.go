// Package attacks attacks a node through the plugins' executables, as the
// author of a pod or of a net-attach-def could: in real chains, behind the
// reference plugins, on the real kernel. Where the kernel can be asked, each
// test also shows that the attack works where nothing stops it.
//
// Its table of attacks is that of SECURITY.md, which `go test -run
// TestSecurityPage ./attacks -update` writes. What gets past the parser is
// attacked in shared/cage, one wall at a time.
package attacks

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/containernetworking/cni/libcni"
	"github.com/containernetworking/cni/pkg/invoke"
	"github.com/containernetworking/cni/pkg/types"

	"github.com/chainsaw-cni/chainsaw/e2e/node"
)

func TestMain(m *testing.M) { os.Exit(node.Main(m)) }

// bin is where `make build` puts the executables.
const bin = "../../bin"

// What the pod's interface can be, as the reference plugins make it.
const (
	onBridge = `{"type": "bridge", "bridge": "test0", ` + ipam + `}`
	onNIC    = `{"type": "macvlan", "master": "nic", "mode": "bridge", ` + ipam + `}`
	moved    = `{"type": "host-device", "device": "card0"}`

	ipam = `"ipam": {"type": "host-local", "ranges": [[{"subnet": "192.0.2.0/24", "gateway": "192.0.2.1"}]]}`
)

// attachment is a chain for one interface of a pod.
type attachment struct {
	list *libcni.NetworkConfigList
	conf *libcni.RuntimeConf
	cni  *libcni.CNIConfig
	exec *watchedExec
}

// attach makes a chain in a pod of its own.
func attach(t *testing.T, links ...string) attachment {
	t.Helper()
	return attachTo(t, node.NetNS(t), "net1", links...)
}

func attachTo(t *testing.T, netns, ifname string, links ...string) attachment {
	t.Helper()
	path, err := filepath.Abs(bin)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"chainsaw", "chainsaw-lookup", "cni/host-device"} {
		if _, err := os.Stat(filepath.Join(path, name)); err != nil {
			t.Fatalf("%v: run `make build` first", err)
		}
	}
	list, err := libcni.NetworkConfFromBytes([]byte(`{"cniVersion": "1.0.0", "name": "storage", "plugins": [` + strings.Join(links, ",") + `]}`))
	if err != nil {
		t.Fatal(err)
	}
	exec := &watchedExec{DefaultExec: &invoke.DefaultExec{RawExec: &invoke.RawExec{Stderr: os.Stderr}}}
	a := attachment{
		list: list,
		conf: &libcni.RuntimeConf{ContainerID: rand.Text(), NetNS: netns, IfName: ifname},
		cni:  libcni.NewCNIConfigWithCacheDir([]string{path, filepath.Join(path, "cni")}, t.TempDir(), exec),
		exec: exec,
	}
	t.Cleanup(func() { _ = a.del(t) })
	return a
}

// watchedExec tells when our plugin's turn comes.
type watchedExec struct {
	*invoke.DefaultExec
	before func()
}

func (w *watchedExec) ExecPlugin(ctx context.Context, path string, stdin []byte, environ []string) ([]byte, error) {
	if w.before != nil && strings.HasPrefix(filepath.Base(path), "chainsaw") {
		w.before()
	}
	return w.DefaultExec.ExecPlugin(ctx, path, stdin, environ)
}

// ofPod makes the chain that of a pod, as a runtime names it.
func (a attachment) ofPod(namespace, name string) attachment {
	a.conf.Args = [][2]string{
		{"IgnoreUnknown", "1"},
		{"K8S_POD_NAMESPACE", namespace},
		{"K8S_POD_NAME", name},
		{"K8S_POD_UID", podUID},
	}
	return a
}

const podUID = "11111111-2222-3333-4444-555555555555"

func (a attachment) add(t *testing.T) {
	t.Helper()
	if _, err := a.cni.AddNetworkList(t.Context(), a.list, a.conf); err != nil {
		t.Fatalf("ADD: %v", err)
	}
}

func (a attachment) del(t *testing.T) error {
	t.Helper()
	return a.cni.DelNetworkList(context.WithoutCancel(t.Context()), a.list, a.conf)
}

// refused runs ADD and wants an error of ours with this code that says this.
func (a attachment) refused(t *testing.T, code uint, says string) {
	t.Helper()
	_, err := a.cni.AddNetworkList(t.Context(), a.list, a.conf)
	wantError(t, err, code, says)
}

func wantError(t *testing.T, err error, code uint, says string) {
	t.Helper()
	failure, ok := errors.AsType[*types.Error](err)
	if !ok {
		t.Fatalf("the error is %v, want a CNI error with code %d", err, code)
	}
	if failure.Code != code || !strings.Contains(failure.Msg, fmt.Sprintf("chainsaw(%d): ", code)) || !strings.Contains(failure.Msg, says) {
		t.Errorf("the error has code %d, want %d and %q: %v", failure.Code, code, says, err)
	}
}

// podWants is a link of chainsaw in which the pod asks for commands by its
// cni-args. keys are further ones of the network.
func podWants(keys string, lines ...string) string {
	return fmt.Sprintf(`{"type": "chainsaw", "args": {"cni": {"chainsaw": %s}}%s}`, list(lines), keys)
}

// filtered is the same for chainsaw-filter with these rules.
func filtered(rules string, lines ...string) string {
	return strings.Replace(podWants(`, "rules": `+rules, lines...), "chainsaw", "chainsaw-filter", 1)
}

// networkWants is a link of chainsaw whose defaults are these commands.
func networkWants(lines ...string) string {
	return fmt.Sprintf(`{"type": "chainsaw", "commands": %s}`, list(lines))
}

func list(lines []string) string {
	text, err := json.Marshal(lines)
	if err != nil {
		panic(err) // of a []string
	}
	return string(text)
}
