// Package nodetest gives one test mount, PID and network namespaces of its own,
// and disks that are in a bad way, and looks at what is left in a folder.
package nodetest

import (
	"bytes"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// inside names the test that has a process to itself.
const inside = "CHAINSAW_TEST_NODE"

// Alone tells whether the test has a node to itself, and may mount and chroot
// as it likes. If not, it has just been run so in another process, and should
// return: its outcome is that one's.
func Alone(t *testing.T) bool {
	t.Helper()
	if os.Getenv(inside) == t.Name() {
		if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
			t.Fatalf("making mounts private: %v", err)
		}
		return true
	}
	if os.Geteuid() != 0 {
		t.Skip("mounts need root or a user namespace: `make test` makes one")
	}
	cmd := exec.CommandContext(t.Context(), "/proc/self/exe", "-test.run", "^"+t.Name()+"$", "-test.v")
	cmd.Env = append(os.Environ(), inside+"="+t.Name())
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: syscall.CLONE_NEWNS | syscall.CLONE_NEWPID | syscall.CLONE_NEWNET,
		Pdeathsig:  syscall.SIGKILL,
	}
	runtime.LockOSThread() // PDEATHSIG comes when this thread ends
	defer runtime.UnlockOSThread()
	out, err := cmd.CombinedOutput()
	switch {
	case err != nil:
		t.Fatalf("on a node of its own: %v\n%s", err, out)
	case bytes.Contains(out, []byte("--- SKIP")):
		t.Skipf("on a node of its own: %s", out)
	}
	return false
}

// Disk mounts an empty disk of some KiB at folder.
func Disk(t *testing.T, folder string, kib string) {
	t.Helper()
	if err := unix.Mount("tmpfs", folder, "tmpfs", 0, "mode=755,size="+kib+"k"); err != nil {
		t.Fatalf("mounting a disk: %v", err)
	}
	t.Cleanup(func() { _ = unix.Unmount(folder, unix.MNT_DETACH) })
}

// ReadOnly makes folder read-only, until the returned function is called or the
// test ends.
func ReadOnly(t *testing.T, folder string) (undo func()) {
	t.Helper()
	if err := unix.Mount(folder, folder, "", unix.MS_BIND, ""); err != nil {
		t.Fatalf("binding a folder: %v", err)
	}
	undo = sync.OnceFunc(func() {
		if err := unix.Unmount(folder, unix.MNT_DETACH); err != nil {
			t.Errorf("making a folder writable again: %v", err)
		}
	})
	t.Cleanup(undo)
	if err := unix.Mount("", folder, "", unix.MS_BIND|unix.MS_REMOUNT|unix.MS_RDONLY, ""); err != nil {
		t.Fatalf("making a folder read-only: %v", err)
	}
	return undo
}

// WantFiles fails the test unless the folder holds these files and no others.
func WantFiles(t *testing.T, dir string, want ...string) {
	t.Helper()
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range files {
		got = append(got, f.Name())
	}
	if strings.Join(got, " ") != strings.Join(want, " ") {
		t.Errorf("%s has %q: want %q", dir, got, want)
	}
}
