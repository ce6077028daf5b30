package podnetns

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"golang.org/x/sys/unix"
)

// The tests' goroutines, which spoil their threads, stay off the main one: its
// netns is what /proc/self shows.
func init() { runtime.LockOSThread() }

// bindNetNS makes a netns and binds it to a file, as runtimes do.
func bindNetNS(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "pod")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	failed := make(chan error)
	go func() {
		runtime.LockOSThread() // never unlocked: the thread ends here
		err := unix.Unshare(unix.CLONE_NEWNET)
		if err == nil {
			err = unix.Mount("/proc/thread-self/ns/net", path, "", unix.MS_BIND, "")
		}
		failed <- err
	}()
	if err := <-failed; err != nil {
		t.Skipf("no right to make a netns: run as root or under unshare -Urnm: %v", err)
	}
	t.Cleanup(func() { unix.Unmount(path, unix.MNT_DETACH) })
	return path
}

func TestOpen(t *testing.T) {
	path := bindNetNS(t)
	ns, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer ns.Close()
	var opened, bound unix.Stat_t
	if err := errors.Join(unix.Fstat(ns.FD(), &opened), unix.Stat(path, &bound)); err != nil {
		t.Fatal(err)
	}
	if opened.Ino != bound.Ino || opened.Dev != bound.Dev {
		t.Error("the descriptor is of another netns")
	}
	if ns.Path() != path {
		t.Errorf("path %q, want %q", ns.Path(), path)
	}
	flags, err := unix.FcntlInt(uintptr(ns.FD()), unix.F_GETFD, 0)
	if err != nil || flags&unix.FD_CLOEXEC == 0 {
		t.Errorf("the descriptor would leak to children: %#x, %v", flags, err)
	}
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	fifo := filepath.Join(dir, "fifo")
	file := filepath.Join(dir, "file")
	link := filepath.Join(dir, "link")
	err := errors.Join(
		unix.Mkfifo(fifo, 0o600),
		os.WriteFile(file, nil, 0o600),
		os.Symlink("/proc/self/ns/net", link))
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, path string
		want       error
	}{
		{"the own netns", "/proc/self/ns/net", ErrOwn},
		{"the own netns by a link", link, ErrOwn},
		{"nothing", filepath.Join(dir, "nothing"), ErrNotFound},
		{"an ended process", "/proc/4194305/ns/net", ErrNotFound},
		{"the empty path", "", ErrNotFound},
		{"a FIFO that nobody writes", fifo, errNotNetNS},
		{"a regular file, as is left of an unmounted netns", file, errNotNetNS},
		{"a directory", dir, errNotNetNS},
		{"a device", "/dev/null", errNotNetNS},
		{"a mount namespace", "/proc/self/ns/mnt", errNotNetNS},
		{"a user namespace", "/proc/self/ns/user", errNotNetNS},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ns, err := Open(tt.path)
			if err == nil {
				ns.Close()
			}
			if errors.Is(err, unix.EACCES) {
				t.Skipf("no right to look at it: %v", err)
			}
			if !errors.Is(err, tt.want) {
				t.Errorf("%v, want %v", err, tt.want)
			}
		})
	}
}
