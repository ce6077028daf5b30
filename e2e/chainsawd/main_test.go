// Package chainsawd tests the daemon's executable on a node of its own, with a
// real API server and real plugins: what a user sees, and what is left of it
// when something breaks.
//
// It starts no kubelet and no container runtime: see e2e/stories.
package chainsawd

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/chainsaw-cni/chainsaw/e2e/apiserver"
	"github.com/chainsaw-cni/chainsaw/e2e/cluster/programs"
	"github.com/chainsaw-cni/chainsaw/e2e/node"
)

// bin is where `make build` puts the executables.
const bin = "../../bin"

func TestMain(m *testing.M) {
	if os.Getpid() != 1 { // not yet on the node, from which Go reaches no modules
		_, _ = programs.Get(context.Background(), "etcd", "kube-apiserver") // Start would say why not
	}
	code := node.Main(m)
	if theServer != nil {
		theServer.Stop()
	}
	os.Exit(code)
}

var theServer *apiserver.Server

// server is the API server of all tests. A test that hurts it heals it, too.
func server(t *testing.T) *apiserver.Server {
	t.Helper()
	s, err := startServer()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

var startServer = sync.OnceValues(func() (*apiserver.Server, error) {
	lo, err := netlink.LinkByName("lo")
	if err == nil {
		err = netlink.LinkSetUp(lo)
	}
	if err != nil {
		return nil, fmt.Errorf("setting up the node's loopback: %w", err)
	}
	theServer, err = apiserver.Start(context.Background())
	return theServer, err
})

// furnish puts the executables where chainsawd's image has them.
var furnish = sync.OnceValue(func() error {
	const home = "/usr/libexec"
	if err := unix.Mount("tmpfs", home, "tmpfs", 0, "mode=755"); err != nil {
		return fmt.Errorf("mounting %s: %w", home, err)
	}
	if err := os.Mkdir(filepath.Join(home, "chainsaw"), 0o755); err != nil {
		return err
	}
	for _, name := range []string{"chainsaw", "chainsaw-inspect", "chainsaw-filter", "chainsaw-lookup"} {
		program, err := os.ReadFile(filepath.Join(bin, name))
		if err != nil {
			return fmt.Errorf("%w: run `make build` first", err)
		}
		if err := os.WriteFile(filepath.Join(home, "chainsaw", name), program, 0o755); err != nil {
			return err
		}
	}
	return nil
})
