// Package chain tests the plugins' executables in real chains: libcni calls
// the reference bridge plugin and then ours, in a netns on the real kernel.
package chain

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/containernetworking/cni/libcni"
	"github.com/containernetworking/cni/pkg/types"
	types100 "github.com/containernetworking/cni/pkg/types/100"

	"github.com/chainsaw-cni/chainsaw/e2e/node"
)

func TestMain(m *testing.M) { os.Exit(node.Main(m)) }

// bin is where `make build` puts the executables.
const bin = "../../bin"

// attachment is a chain of bridge and a chainsaw plugin for one interface.
type attachment struct {
	list *libcni.NetworkConfigList
	conf *libcni.RuntimeConf
	cni  *libcni.CNIConfig
}

// newAttachment makes a chain whose second link is the given object.
func newAttachment(t *testing.T, cniVersion, link string) attachment {
	t.Helper()
	for _, path := range []string{bin + "/chainsaw", bin + "/cni/bridge"} {
		if _, err := os.Stat(path); err != nil {
			t.Fatalf("%v: run `make build` first", err)
		}
	}
	list, err := libcni.NetworkConfFromBytes([]byte(fmt.Sprintf(`{
		"cniVersion": %q, "name": "storage",
		"plugins": [
			{"type": "bridge", "bridge": "test0", "ipam": {"type": "host-local", "ranges": [
				[{"subnet": "192.0.2.0/24", "gateway": "192.0.2.1"}], [{"subnet": "2001:db8::/64", "gateway": "2001:db8::1"}]]}},
			%s
		]}`, cniVersion, link)))
	if err != nil {
		t.Fatal(err)
	}
	path, err := filepath.Abs(bin)
	if err != nil {
		t.Fatal(err)
	}
	a := attachment{
		list: list,
		conf: &libcni.RuntimeConf{ContainerID: rand.Text(), NetNS: node.NetNS(t), IfName: "net1"},
		cni:  libcni.NewCNIConfigWithCacheDir([]string{path, filepath.Join(path, "cni")}, t.TempDir(), nil),
	}
	t.Cleanup(func() {
		if err := a.cni.DelNetworkList(context.WithoutCancel(t.Context()), a.list, a.conf); err != nil {
			t.Errorf("DEL: %v", err)
		}
	})
	return a
}

// ofPod makes the chain that of a pod, as a runtime names it.
func (a attachment) ofPod(uid string) attachment {
	a.conf.Args = [][2]string{
		{"IgnoreUnknown", "1"},
		{"K8S_POD_NAMESPACE", "default"},
		{"K8S_POD_NAME", "web-0"},
		{"K8S_POD_INFRA_CONTAINER_ID", "test"},
		{"K8S_POD_UID", uid},
	}
	return a
}

// add runs ADD and fails the test on an error.
func (a attachment) add(t *testing.T) *types100.Result {
	t.Helper()
	result, err := a.cni.AddNetworkList(t.Context(), a.list, a.conf)
	if err != nil {
		t.Fatalf("ADD: %v", err)
	}
	newest, err := types100.NewResultFromResult(result)
	if err != nil {
		t.Fatal(err)
	}
	return newest
}

// refuse runs ADD and wants an error of this code that says all of this.
func (a attachment) refuse(t *testing.T, code uint, says ...string) {
	t.Helper()
	_, err := a.cni.AddNetworkList(t.Context(), a.list, a.conf)
	wantError(t, err, code, says...)
}

func wantError(t *testing.T, err error, code uint, says ...string) {
	t.Helper()
	failure, ok := errors.AsType[*types.Error](err)
	if !ok {
		t.Fatalf("the error is %v, want a CNI error with code %d", err, code)
	}
	if failure.Code != code {
		t.Errorf("the error has code %d, want %d: %v", failure.Code, code, err)
	}
	for _, part := range append(says, fmt.Sprintf("chainsaw(%d): ", code)) {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("the error does not say %q: %v", part, err)
		}
	}
}
