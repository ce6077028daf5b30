package chainsawd

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/chainsaw-cni/chainsaw/shared/nodepolicy"
	"github.com/chainsaw-cni/chainsaw/shared/spool"
)

func TestReadOnlyCNIFolder(t *testing.T) {
	freshNode(t)
	c := startCluster(t)
	mount(t, cniDir, cniDir, "", unix.MS_BIND)
	mount(t, "", cniDir, "", unix.MS_BIND|unix.MS_REMOUNT|unix.MS_RDONLY)
	d := launch(t, c.environment(), nil)
	await(t, "chainsawd says what is wrong", func() bool {
		err := d.ready()
		return err != nil && strings.Contains(err.Error(), "install: ") && strings.Contains(err.Error(), "read-only")
	})
	if _, err := d.probe("live"); err != nil {
		t.Errorf("a restart would not help: %v", err)
	}
	mount(t, "", cniDir, "", unix.MS_BIND|unix.MS_REMOUNT)
	await(t, "chainsawd is ready", func() bool { return d.ready() == nil })
	newSandbox(t, c.pod(t, "web-0", "ip link")).mustAdd(t)
}

func TestPluginThatIsRunningIsReplaced(t *testing.T) {
	freshNode(t)
	c := startCluster(t)
	sleep, err := os.ReadFile("/bin/sleep")
	if err != nil {
		t.Fatal(err)
	}
	old := filepath.Join(cniDir, "chainsaw")
	if err := os.WriteFile(old, sleep, 0o755); err != nil {
		t.Fatal(err)
	}
	running := exec.Command(old, "1000")
	if err := running.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = running.Process.Kill(); _ = running.Wait() }()
	start(t, c.environment())
	newSandbox(t, c.pod(t, "web-0", "ip link")).mustAdd(t)
	if err := running.Process.Signal(syscall.Signal(0)); err != nil {
		t.Errorf("who ran the old one was disturbed: %v", err)
	}
}

func TestPolicyComesBeforeThePlugins(t *testing.T) {
	freshNode(t)
	c := startCluster(t)
	wanted := filepath.Join(t.TempDir(), "policy.json")
	put := func(text string) {
		if err := errors.Join(os.WriteFile(wanted+".new", []byte(text), 0o600), os.Rename(wanted+".new", wanted)); err != nil {
			t.Fatal(err)
		}
	}
	put(`{"caps": [{"namespaces": ["*"], "variant": "chainsaw-inspec"}]}`)
	d := launch(t, c.environment(), nil, "--policy", wanted)
	await(t, "chainsawd says what is wrong with the policy", func() bool {
		err := d.ready()
		return err != nil && strings.Contains(err.Error(), "policy: the node has no earlier policy")
	})
	if plugins, _ := os.ReadDir(cniDir); len(plugins) > 0 {
		t.Errorf("%v are installed without the policy that should bind them", plugins)
	}
	put(`{"caps": [{"namespaces": ["*"], "variant": "chainsaw-inspect"}]}`)
	await(t, "chainsawd is ready", func() bool { return d.ready() == nil })
	s := newSandbox(t, c.pod(t, "web-0", "ip link set CURRENT_INTERFACE up"))
	s.refused(t, "the node's policy caps this namespace at chainsaw-inspect")

	put("nonsense")
	await(t, "the last good one is kept", func() bool { return d.metric(t, `chainsaw_policy_state{state="kept"}`) == 1 })
	s.refused(t, "the node's policy caps this namespace at chainsaw-inspect")
	if _, err := nodepolicy.Load(nodepolicy.DaemonPath); err != nil {
		t.Error(err)
	}
}

// TestSpoolOnAFullDisk has a disk that is full of reports, and of other things.
func TestSpoolOnAFullDisk(t *testing.T) {
	freshNode(t)
	c := startCluster(t)
	start(t, c.environment()).terminate(t)
	mount(t, "tmpfs", spool.Dir, "size=64k,mode=700", 0)
	if err := os.Mkdir(filepath.Join(spool.Dir, "lost+found"), 0o700); err != nil {
		t.Fatal(err)
	}
	s := newSandbox(t, nobody)
	before := 0
	await(t, "the disk is full of reports", func() bool { // each of another pod, none folded into another
		s.pod.Name += "x"
		s.refused(t, "chainsaw(11): ")
		n := spooled(t)
		full := n == before
		before = n
		return full
	})
	if err := os.WriteFile(filepath.Join(spool.Dir, "lost+found", "filler"), make([]byte, 64<<10), 0o600); err == nil {
		t.Fatal("the disk was not full")
	}
	d := start(t, c.environment())
	await(t, "the spool is empty", func() bool { return spooled(t) == 0 })
	if n := strings.Count(d.out.String(), "Chainsaw report: "); n != before {
		t.Errorf("%d of %d reports are printed", n, before)
	}
	t.Logf("%d reports were kept, %v are said to be lost", before, d.metric(t, "chainsaw_lost_reports_total"))
	s.refused(t, "chainsaw(104): ")
}

// mount mounts something until the test ends.
func mount(t *testing.T, source, target, options string, flags uintptr) {
	t.Helper()
	kind := ""
	if source == "tmpfs" {
		kind = source
	}
	if err := unix.Mount(source, target, kind, flags, options); err != nil {
		t.Fatalf("mounting %s: %v", target, err)
	}
	if flags&unix.MS_REMOUNT == 0 {
		t.Cleanup(func() { _ = unix.Unmount(target, unix.MNT_DETACH) })
	}
}
