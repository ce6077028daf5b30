package scratchhost

import (
	"fmt"
	"path/filepath"
	"runtime"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netns"
)

// NewNetNS makes a pod's netns inside the scratch host, with its loopback up as
// runtimes leave it. `ip netns` knows it by the name.
func NewNetNS(name string) (path string, err error) {
	// A thread that comes back needs not end, which the main thread could not:
	// PID 1's netns is that of the main thread.
	runtime.LockOSThread()
	own, err := netns.Get()
	if err != nil {
		return "", fmt.Errorf("opening the own netns: %w", err)
	}
	defer own.Close()
	madeErr := newNetNS(name)
	if err := netns.Set(own); err != nil {
		return "", fmt.Errorf("coming back from the netns %s: %w", name, err) // with the thread locked
	}
	runtime.UnlockOSThread()
	if madeErr != nil {
		return "", fmt.Errorf("making the netns %s: %w", name, madeErr)
	}
	return filepath.Join("/run/netns", name), nil
}

func newNetNS(name string) error {
	ns, err := netns.NewNamed(name)
	if err != nil {
		return err
	}
	defer ns.Close()
	return loopbackUp(ns)
}

// ownLoopbackUp is for the host's own netns.
func ownLoopbackUp() error {
	ns, err := netns.Get()
	if err != nil {
		return fmt.Errorf("opening the own netns: %w", err)
	}
	defer ns.Close()
	return loopbackUp(ns)
}

func loopbackUp(ns netns.NsHandle) error {
	handle, err := netlink.NewHandleAt(ns)
	if err != nil {
		return fmt.Errorf("opening netlink: %w", err)
	}
	defer handle.Close()
	lo, err := handle.LinkByName("lo")
	if err != nil {
		return fmt.Errorf("looking for the loopback: %w", err)
	}
	if err := handle.LinkSetUp(lo); err != nil {
		return fmt.Errorf("setting the loopback up: %w", err)
	}
	return nil
}
