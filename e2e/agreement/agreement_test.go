// Package agreement compares what chainsawctl says about a network and a pod
// with what the plugin then does: validate finds an error exactly where the
// plugin refuses, and render says so as well.
//
// What only the kernel knows, the state of devices, is left out: no command
// here turns on it.
package agreement

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/containernetworking/cni/pkg/types"
	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netns"

	"github.com/chainsaw-cni/chainsaw/e2e/node"
	"github.com/chainsaw-cni/chainsaw/shared/cnierror"
	"github.com/chainsaw-cni/chainsaw/shared/nodepolicy"
)

func TestMain(m *testing.M) { os.Exit(node.Main(m)) }

// bin is where `make build` puts the executables.
const bin = "../../bin"

const pairs = 160

func TestSameVerdictsAsThePlugins(t *testing.T) {
	compare(t, 1, "")
}

func TestSameVerdictsUnderAPolicy(t *testing.T) {
	const caps = `{"caps": [{"namespaces": ["default"], "variant": "chainsaw-filter", "rules": [
		{"allow": "read"},
		{"allow": "link set", "args": {"dev": {"in": ["CURRENT_INTERFACE"]}, "mtu": {"range": [1280, 9000]}}},
		{"allow": "rule add", "args": {"from": true, "to": true, "table": true}},
		{"allow": "address add", "args": {"local": true, "dev": true}},
		{"allow": "neighbour add", "args": {"to": true, "lladdr": true, "dev": true}},
		{"allow": "route add|replace|del", "args": {"to": {"cidr": ["10.0.0.0/8"]}, "dev": true, "via": true}}]}]}`
	if err := os.MkdirAll(filepath.Dir(nodepolicy.AdminPath), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(nodepolicy.AdminPath, []byte(caps), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Remove(nodepolicy.AdminPath) })
	compare(t, 2, nodepolicy.AdminPath)
}

// compare draws pairs and asks all three. The seed makes a failure come again.
func compare(t *testing.T, seed uint64, policy string) {
	r := rand.New(rand.NewPCG(seed, seed))
	dir, sandbox := t.TempDir(), podNetNS(t)
	drawn, files := make([]pair, pairs), make([]string, pairs)
	for i := range drawn {
		drawn[i] = newPair(r)
		files[i] = filepath.Join(dir, name(i)+".yaml")
		if err := os.WriteFile(files[i], []byte(drawn[i].manifest(name(i))), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	found, refused := validate(t, dir, policy), 0
	for i, p := range drawn {
		failure := add(t, p, name(i), sandbox)
		if failure != nil {
			refused++
		}
		if errs := found[files[i]]; (len(errs) > 0) != (failure != nil) {
			t.Errorf("validate says %q, and the plugin: %v\n%s", errs, failure, p.manifest(name(i)))
		}
		if said := render(t, files[i], policy); (said != "") != (failure != nil) {
			t.Errorf("render says %q, and the plugin: %v\n%s", said, failure, p.manifest(name(i)))
		}
	}
	if refused < pairs/4 || refused > pairs*4/5 {
		t.Errorf("%d of %d were refused: a comparison of one kind alone says little", refused, pairs)
	}
}

func name(i int) string { return fmt.Sprintf("pair-%03d", i) }

// podNetNS is a netns with a net1 that the commands can work on.
func podNetNS(t *testing.T) string {
	t.Helper()
	path := node.NetNS(t)
	handle, err := netns.GetFromPath(path)
	if err != nil {
		t.Fatal(err)
	}
	defer handle.Close()
	inside, err := netlink.NewHandleAt(handle)
	if err != nil {
		t.Fatal(err)
	}
	defer inside.Close()
	link := &netlink.Bridge{LinkAttrs: netlink.LinkAttrs{Name: "net1"}}
	address := &netlink.Addr{IPNet: &net.IPNet{IP: net.IPv4(192, 0, 2, 5), Mask: net.CIDRMask(24, 32)}}
	if err := errors.Join(inside.LinkAdd(link), inside.AddrAdd(link, address), inside.LinkSetUp(link)); err != nil {
		t.Fatal(err)
	}
	return path
}

// add is the plugin's refusal, or nil: a command that fails was not refused.
func add(t *testing.T, p pair, name, sandbox string) error {
	t.Helper()
	plugin := exec.CommandContext(t.Context(), filepath.Join(bin, p.plugin))
	plugin.Env = []string{
		"CNI_COMMAND=ADD", "CNI_CONTAINERID=test", "CNI_NETNS=" + sandbox, "CNI_IFNAME=net1", "CNI_PATH=/nowhere",
		"CNI_ARGS=IgnoreUnknown=1;K8S_POD_NAMESPACE=default;K8S_POD_NAME=" + name + ";K8S_POD_UID=u1",
	}
	plugin.Stdin = strings.NewReader(p.stdin(name))
	out, err := plugin.Output()
	if err == nil {
		return nil
	}
	failure := new(types.Error)
	if json.Unmarshal(out, failure) != nil {
		t.Fatalf("%v; run `make build` first. The output: %s", err, out)
	}
	switch cnierror.Code(failure.Code) {
	case cnierror.Refused, cnierror.Malformed, cnierror.InvalidConfig, cnierror.Undecodable:
		return failure
	case cnierror.CommandFailed:
		return nil
	}
	t.Errorf("neither refused nor run: %v\n%s", failure, p.stdin(name))
	return nil
}

// placeNotAllowed is a warning as long as nobody says what the node's policy is.
const placeNotAllowed = "place"

// validate is the errors in each file.
func validate(t *testing.T, dir, policy string) map[string][]string {
	t.Helper()
	out, _ := chainsawctl(t, "validate", "--output", "json", "--policy", policy, dir)
	var report struct {
		Findings []struct{ Path, Severity, Rule, Message string }
		Summary  struct{ Documents int }
	}
	if err := json.Unmarshal(out, &report); err != nil || report.Summary.Documents != 2*pairs {
		t.Fatalf("the report has %d documents, %v", report.Summary.Documents, err)
	}
	errs := make(map[string][]string)
	for _, f := range report.Findings {
		if f.Severity == "error" || f.Rule == placeNotAllowed {
			errs[f.Path] = append(errs[f.Path], f.Rule+": "+f.Message)
		}
	}
	return errs
}

// render is what it says about a refusal, or "".
func render(t *testing.T, file, policy string) string {
	t.Helper()
	_, err := chainsawctl(t, "render", "--policy", policy, "--ip", "192.0.2.5/24", "--gateway", "192.0.2.1", "-f", file)
	if err == nil {
		return ""
	}
	return err.Error()
}

func chainsawctl(t *testing.T, args ...string) ([]byte, error) {
	t.Helper()
	tool := exec.CommandContext(t.Context(), filepath.Join(bin, "chainsawctl"), args...)
	tool.Env = []string{} // it needs none
	out, err := tool.Output()
	failure, exited := errors.AsType[*exec.ExitError](err)
	switch {
	case exited && failure.ExitCode() <= 2:
		return out, fmt.Errorf("exit %d: %s%s", failure.ExitCode(), out, failure.Stderr)
	case err != nil:
		t.Fatalf("%v; run `make build` first", err)
	}
	return out, nil
}
