package stories

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/containernetworking/cni/libcni"
	"github.com/containernetworking/cni/pkg/types"
	"github.com/containernetworking/cni/pkg/version"

	"github.com/chainsaw-cni/chainsaw/e2e/cluster"
)

// CRI-O calls CHECK, GC and STATUS, which containerd does not.
func TestVerbsAsOtherRuntimesCallThem(t *testing.T) {
	node := cluster.Start(t)
	list, err := libcni.NetworkConfFromBytes([]byte(`{"cniVersion": "1.1.0", "name": "verbs", "plugins": [` +
		bridge("verbs", "192.0.2.0/24") + `, {"type": "chainsaw", "commands": ["ip route add 10.12.0.0/16 dev CURRENT_INTERFACE"]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	cni := libcni.NewCNIConfigWithCacheDir([]string{"/opt/cni/bin"}, t.TempDir(), &onNode{node: node})
	node.Host("ip", "netns", "add", "verbs")
	defer node.Host("ip", "netns", "del", "verbs")
	attachment := &libcni.RuntimeConf{ContainerID: "verbs", NetNS: "/run/netns/verbs", IfName: "net1"}

	if err := cni.GetStatusNetworkList(t.Context(), list); err != nil {
		t.Errorf("STATUS: %v", err)
	}
	if _, err := cni.AddNetworkList(t.Context(), list, attachment); err != nil {
		t.Fatalf("ADD: %v", err)
	}
	wantRoutes(t, node.Host("ip", "-n", "verbs", "route"), []string{"10.12.0.0/16 dev net1"}, nil)
	if err := cni.CheckNetworkList(t.Context(), list, attachment); err != nil {
		t.Errorf("CHECK: %v", err)
	}
	valid := &libcni.GCArgs{ValidAttachments: []types.GCAttachment{{ContainerID: "verbs", IfName: "net1"}}}
	if err := cni.GCNetworkList(t.Context(), list, valid); err != nil {
		t.Errorf("GC: %v", err)
	}
	wantRoutes(t, node.Host("ip", "-n", "verbs", "route"), []string{"10.12.0.0/16 dev net1"}, nil)
	for range 2 {
		if err := cni.DelNetworkList(t.Context(), list, attachment); err != nil {
			t.Errorf("DEL: %v", err)
		}
	}
}

// onNode executes plugins on the node.
type onNode struct {
	version.PluginDecoder
	node *cluster.Node
}

func (*onNode) FindInPath(plugin string, paths []string) (string, error) {
	return paths[0] + "/" + plugin, nil
}

func (o *onNode) ExecPlugin(ctx context.Context, path string, stdin []byte, environ []string) ([]byte, error) {
	var out, errOut bytes.Buffer
	cmd := o.node.Command(ctx, path)
	for _, variable := range environ {
		if strings.HasPrefix(variable, "CNI_") {
			cmd.Env = append(cmd.Env, variable)
		}
	}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(stdin), &out, &errOut
	err := cmd.Run()
	if err == nil {
		return out.Bytes(), nil
	}
	failure := &types.Error{}
	if json.Unmarshal(out.Bytes(), failure) != nil {
		return nil, fmt.Errorf("%s: %w: %s", path, err, errOut.Bytes())
	}
	return nil, failure
}
