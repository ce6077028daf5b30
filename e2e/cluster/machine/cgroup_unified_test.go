package machine

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// settles tells this test's executable to settle, as a node's init does, in a
// cgroup below this one.
const settles = "CHAINSAW_E2E_SETTLES"

// A machine with version 1 has version 2 mounted beside it, with what
// controllers are left. How to settle there does not depend on them.
func TestNodeSettlesInUnifiedCgroups(t *testing.T) {
	tree := unifiedTree(t)
	before := read(t, filepath.Join(tree.parent, subtreeControl))
	node := exec.CommandContext(t.Context(), "/proc/self/exe")
	node.Env = append(os.Environ(), settles+"="+tree.parent)
	node.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS}
	if out, err := node.CombinedOutput(); err != nil {
		t.Errorf("settling in %s: %v: %s", tree.parent, err, out)
	}
	if err := removeTree(tree.cgroup(strconv.Itoa(os.Getpid()))); err != nil {
		t.Error(err)
	}
	if now := read(t, filepath.Join(tree.parent, subtreeControl)); now != before {
		t.Errorf("the machine passed on %q, and now %q", before, now)
	}
}

func unifiedTree(t *testing.T) hierarchy {
	t.Helper()
	for line := range strings.Lines(read(t, "/proc/self/mountinfo")) {
		if at := strings.Fields(line); strings.Contains(line, " - cgroup2 ") && unix.Access(at[4], unix.W_OK) == nil {
			return hierarchy{parent: at[4]}
		}
	}
	t.Skip("there are no cgroups of version 2 here that may be written")
	return hierarchy{}
}

// settle is done in a mount namespace of its own.
func settle(tree hierarchy) error {
	runtime.LockOSThread()
	if err := tree.join(strconv.Itoa(os.Getppid())); err != nil {
		return err
	}
	// A mount in the machine's own cgroup namespace would have its say in the
	// options of all of them.
	if err := unix.Unshare(unix.CLONE_NEWCGROUP); err != nil {
		return err
	}
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return err
	}
	root, err := os.MkdirTemp("", "")
	if err != nil {
		return err
	}
	defer os.Remove(root)
	if err := mountUnified(root); err != nil {
		return err
	}
	defer unix.Unmount(root, unix.MNT_DETACH)
	return settled(root)
}

// settled says what a kubelet would not find in its cgroups.
func settled(root string) error {
	pods := filepath.Join(root, "pods")
	if err := os.Mkdir(pods, 0o755); err != nil {
		return err
	}
	own, err := ownCgroups()
	if at := own[""]; at != "/daemons" {
		err = errors.Join(err, fmt.Errorf("it is in the cgroup %q", at))
	}
	has := func(path, want string) {
		text, readErr := os.ReadFile(path)
		if got := strings.TrimSpace(string(text)); got != want {
			err = errors.Join(err, fmt.Errorf("%s has %q, want %q", path, got, want))
		}
		err = errors.Join(err, readErr)
	}
	controllers, readErr := os.ReadFile(filepath.Join(root, "cgroup.controllers"))
	has(filepath.Join(root, "cgroup.procs"), "")
	has(filepath.Join(pods, "cgroup.controllers"), strings.TrimSpace(string(controllers)))
	return errors.Join(err, readErr)
}
