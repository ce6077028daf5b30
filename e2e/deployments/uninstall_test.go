package deployments

import (
	"encoding/base64"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// uninstalls installs, and takes it away again when nothing is alive any more.
func (c *cluster) uninstalls(t *testing.T, root string) {
	home := c.home(t)
	t.Run("after an installation", func(t *testing.T) {
		n := c.node(t, root, home, "daemonset_kubeconfig.yaml")
		n.run(t, c)
		c.await(t, "the kubeconfig is there", func() bool { return len(n.kubeconfigs(t)) == 1 })
	})
	n := c.node(t, root, home, "uninstall.yaml")
	kept, gone := n.at("/opt/cni/bin/portmap"), n.at("/opt/cni/bin/chainsaw")
	alive := n.at("/var/lib/cni/results/storage-0123-net1")
	if err := os.MkdirAll(filepath.Dir(alive), 0o700); err != nil {
		t.Fatal(err)
	}
	n.write(t, "/opt/cni/bin/portmap", "somebody else's")
	config := base64.StdEncoding.EncodeToString([]byte(`{"plugins": [{"type": "bridge"}, {"type": "chainsaw"}]}`))
	n.write(t, "/var/lib/cni/results/storage-0123-net1", `{"kind": "cniCacheV1", "config": "`+config+`"}`)
	if out, err := n.daemon.command(t).CombinedOutput(); err == nil || !strings.Contains(string(out), "storage-0123-net1") {
		t.Errorf("with a live attachment: %v: %s", err, out)
	}
	if _, err := os.Stat(gone); err != nil {
		t.Fatalf("the plugin of a live attachment: %v", err)
	}
	if err := os.Remove(alive); err != nil {
		t.Fatal(err)
	}
	if out, err := n.daemon.command(t).CombinedOutput(); err != nil {
		t.Errorf("with no attachment: %v: %s", err, out)
	}
	if left := n.kubeconfigs(t); len(left) > 0 {
		t.Errorf("it leaves %v", left)
	}
	if _, err := os.Stat(gone); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%s: %v", gone, err)
	}
	if _, err := os.Stat(kept); err != nil {
		t.Error(err)
	}
}

func (n *node) kubeconfigs(t *testing.T) []string {
	t.Helper()
	found, err := filepath.Glob(n.at("/etc/cni/net.d/chainsaw.d/*"))
	if err != nil {
		t.Fatal(err)
	}
	return found
}
