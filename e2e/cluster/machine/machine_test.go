package machine

import (
	"bufio"
	"context"
	"errors"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/vishvananda/netlink"

	"github.com/chainsaw-cni/chainsaw/e2e/cluster/lockdir"
)

// doomed tells this test's executable to start a node and to wait until it is
// killed.
const doomed = "CHAINSAW_E2E_DOOMED"

func TestMain(m *testing.M) {
	Inside()
	if os.Getenv(doomed) != "" {
		doom()
	}
	if parent := os.Getenv(settles); parent != "" {
		if err := settle(hierarchy{parent: parent}); err != nil {
			os.Stdout.WriteString(err.Error())
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func doom() {
	m, err := Start(context.Background(), Options{Containerd: "2"})
	if err != nil {
		os.Stdout.WriteString("error: " + err.Error() + "\n")
		os.Exit(1)
	}
	os.Stdout.WriteString(m.dir + "\n")
	select {}
}

// What a killed run leaves, the next one removes; and that leaves nothing.
func TestNodeLeavesNothing(t *testing.T) {
	if lacking := Lacking(); lacking != "" {
		t.Skip("no cluster can run here: this machine lacks " + lacking)
	}
	before := observe(t)
	killed := killedRun(t)
	if _, err := os.Stat(killed); err != nil {
		t.Fatalf("a killed run leaves its folder: %v", err)
	}
	node, err := Start(t.Context(), Options{Containerd: "2", Files: map[string]string{
		"/etc/cni/net.d/none.conflist": `{"cniVersion": "1.0.0", "name": "none", "plugins": [{"type": "loopback"}]}`,
	}})
	if err != nil {
		t.Fatal(err)
	}
	// The kubelet is ready when it has set what it likes to set.
	wait := node.Command(t.Context(), "sh", "-c", "kubectl wait --for=create node/node1 && kubectl wait --for=condition=Ready node/node1")
	if out, err := wait.CombinedOutput(); err != nil {
		t.Errorf("waiting for the kubelet: %v: %s", err, out)
	}
	if err := node.Stop(false); err != nil {
		t.Fatal(err)
	}

	for _, dir := range []string{killed, node.dir} {
		for _, path := range remains(t, dir) {
			if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("%s is left (%v)", path, err)
			}
		}
	}
	for what, now := range observe(t) {
		if was := before[what]; now != was {
			t.Errorf("%s was %q and is now %q", what, was, now)
		}
	}
	os.RemoveAll(filepath.Join(filepath.Dir(node.Logs), filepath.Base(killed)))
}

// killedRun starts a node in another process, kills that, and returns the
// folder of the node when that has ended, too.
func killedRun(t *testing.T) string {
	t.Helper()
	run := exec.CommandContext(t.Context(), "/proc/self/exe")
	run.Env = append(os.Environ(), doomed+"=yes")
	run.Stderr = os.Stderr
	out, err := run.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	said, readErr := bufio.NewReader(out).ReadString('\n')
	_ = run.Process.Kill()
	_ = run.Wait()
	dir := strings.TrimSpace(said)
	if problem, failed := strings.CutPrefix(dir, "error: "); failed {
		t.Fatal(problem)
	}
	if readErr != nil {
		t.Fatal(readErr)
	}
	home, err := lockdir.Wait(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	home.Close()
	return dir
}

// remains are the places of what a node could leave. A cgroup that is gone had
// no process any more.
func remains(t *testing.T, dir string) []string {
	t.Helper()
	trees, err := hierarchies()
	if err != nil {
		t.Fatal(err)
	}
	paths := []string{dir}
	for _, tree := range trees {
		paths = append(paths, tree.cgroup(filepath.Base(dir)))
	}
	return paths
}

// observe is what a kubelet, a container runtime or a CNI plugin could change on
// this machine, by what it is.
func observe(t *testing.T) map[string]string {
	t.Helper()
	seen := map[string]string{"the mounts": read(t, "/proc/self/mounts")}
	links, err := netlink.LinkList()
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, link := range links {
		names = append(names, link.Attrs().Name)
	}
	slices.Sort(names)
	seen["the interfaces"] = strings.Join(names, " ")
	for _, tree := range []string{"kernel", "net", "vm"} {
		maps.Copy(seen, sysctls(t, filepath.Join("/proc/sys", tree)))
	}
	return seen
}

// sysctls are those that can be both read and written, but for one that every
// new process changes.
func sysctls(t *testing.T, tree string) map[string]string {
	t.Helper()
	seen := map[string]string{}
	err := filepath.WalkDir(tree, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || entry.Name() == "ns_last_pid" {
			return err
		}
		info, err := entry.Info()
		if err == nil && info.Mode()&0o600 == 0o600 {
			if text, err := os.ReadFile(path); err == nil {
				seen[path] = string(text)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return seen
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
