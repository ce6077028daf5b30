package node

import (
	"os"
	"runtime"
	"testing"

	"golang.org/x/sys/unix"
)

// The main thread stays with the main goroutine, which runs no tests: a netns
// that NetNS made on it would be the process's, as /proc shows it.
func init() { runtime.LockOSThread() }

// NetNS makes a netns with a name, as a container runtime does, and returns
// its path. It is gone when the test ends.
func NetNS(t *testing.T) string {
	t.Helper()
	file, err := os.CreateTemp("/run/netns", "pod-")
	if err != nil {
		t.Fatal(err)
	}
	file.Close()
	path := file.Name()
	made := make(chan error)
	go func() {
		runtime.LockOSThread() // never unlocked: the thread dies with its netns
		err := unix.Unshare(unix.CLONE_NEWNET)
		if err == nil {
			err = unix.Mount("/proc/thread-self/ns/net", path, "", unix.MS_BIND, "")
		}
		made <- err
	}()
	if err := <-made; err != nil {
		t.Fatalf("making a netns: %v", err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(path, unix.MNT_DETACH); err != nil {
			t.Errorf("unmounting the netns: %v", err)
		}
		os.Remove(path)
	})
	return path
}
