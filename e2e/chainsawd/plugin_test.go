package chainsawd

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/containernetworking/cni/pkg/types"
	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netns"

	"github.com/chainsaw-cni/chainsaw/e2e/node"
	"github.com/chainsaw-cni/chainsaw/shared/pod"
)

// sandbox is a pod's netns with one attachment, in which the plugin that
// chainsawd installed is called.
type sandbox struct {
	pod   pod.Ref
	netns string
}

func newSandbox(t *testing.T, of pod.Ref) sandbox {
	t.Helper()
	s := sandbox{of, node.NetNS(t)}
	handle, err := netns.GetFromPath(s.netns)
	if err != nil {
		t.Fatal(err)
	}
	defer handle.Close()
	link, err := netlink.NewHandleAt(handle)
	if err != nil {
		t.Fatal(err)
	}
	defer link.Close()
	if err := link.LinkAdd(&netlink.Bridge{LinkAttrs: netlink.LinkAttrs{Name: "net1"}}); err != nil {
		t.Fatal(err)
	}
	return s
}

// add calls ADD. The error is the CNI error that the runtime would show.
func (s sandbox) add(ctx context.Context) error { return s.addWith(ctx, `"commands": []`) }

// addWith does so with more in the network's configuration. Like a runtime it
// tries again where chainsawd was only too slow, as on a busy machine.
func (s sandbox) addWith(ctx context.Context, keys string) error {
	for {
		err := s.addOnce(ctx, keys)
		if err == nil || ctx.Err() != nil || !strings.Contains(err.Error(), "no answer in time") {
			return err
		}
	}
}

func (s sandbox) addOnce(ctx context.Context, keys string) error {
	cmd := exec.CommandContext(ctx, filepath.Join(cniDir, "chainsaw"))
	cmd.Env = []string{
		"CNI_COMMAND=ADD", "CNI_CONTAINERID=" + rand.Text(), "CNI_NETNS=" + s.netns, "CNI_IFNAME=net1", "CNI_PATH=" + cniDir,
		fmt.Sprintf("CNI_ARGS=IgnoreUnknown=1;K8S_POD_NAMESPACE=%s;K8S_POD_NAME=%s;K8S_POD_UID=%s", s.pod.Namespace, s.pod.Name, s.pod.UID),
	}
	cmd.Stdin = bytes.NewBufferString(`{"cniVersion": "1.0.0", "name": "storage", "type": "chainsaw", ` + keys + `,
		"prevResult": {"cniVersion": "1.0.0", "interfaces": [{"name": "net1", "sandbox": "` + s.netns + `"}]}}`)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	if err == nil {
		return nil
	}
	var failure types.Error
	if json.Unmarshal(out.Bytes(), &failure) != nil {
		return fmt.Errorf("%w: %s%s", err, &out, &errs)
	}
	return &failure
}

// refused fails the test unless ADD ends with an error that says this.
func (s sandbox) refused(t *testing.T, says string) {
	t.Helper()
	if err := s.add(t.Context()); err == nil || !strings.Contains(err.Error(), says) {
		t.Errorf("ADD for %s: %v; want %q", s.pod, err, says)
	}
}

// mustAdd fails the test unless ADD goes well.
func (s sandbox) mustAdd(t *testing.T) {
	t.Helper()
	if err := s.add(t.Context()); err != nil {
		t.Fatalf("ADD for %s: %v", s.pod, err)
	}
}
