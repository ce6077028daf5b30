// Package node gives a test binary a node of its own to play on: mount, PID
// and network namespaces in which /run, /etc and /var/lib may be written, so
// that plugins find their built-in places there and not the machine's.
//
// It starts no Kubernetes and no container runtime.
package node

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// inside marks the process that runs the tests.
const inside = "CHAINSAW_TEST_NODE"

// Main runs the tests of a package on a node of their own, and returns what
// [os.Exit] is to be called with. Without root it needs a user namespace, in
// which `make test` runs the tests then.
func Main(m *testing.M) int {
	if os.Getenv(inside) != "" {
		if err := furnish(); err != nil {
			fmt.Fprintln(os.Stderr, "furnishing the node:", err)
			return 1
		}
		return m.Run()
	}
	if os.Geteuid() != 0 {
		fmt.Println("skipped: these tests need root or a user namespace; `make test` makes one")
		return 0
	}
	return again()
}

// again runs this program a second time, in namespaces of its own.
func again() int {
	self := exec.Command("/proc/self/exe", os.Args[1:]...)
	self.Env = append(os.Environ(), inside+"=1")
	self.Stdin, self.Stdout, self.Stderr = os.Stdin, os.Stdout, os.Stderr
	self.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: syscall.CLONE_NEWNS | syscall.CLONE_NEWPID | syscall.CLONE_NEWNET,
		Pdeathsig:  syscall.SIGKILL,
	}
	err := self.Run()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return exit.ExitCode()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "making the node:", err)
		return 1
	}
	return 0
}

func furnish() error {
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("making mounts private: %w", err)
	}
	if err := unix.Mount("proc", "/proc", "proc", 0, ""); err != nil {
		return fmt.Errorf("mounting /proc: %w", err)
	}
	if err := unix.Mount("tmpfs", "/run", "tmpfs", 0, "mode=755"); err != nil {
		return fmt.Errorf("mounting /run: %w", err)
	}
	for _, dir := range []string{"/etc", "/var/lib"} {
		if err := overlay(dir); err != nil {
			return fmt.Errorf("laying something over %s: %w", dir, err)
		}
	}
	return os.MkdirAll("/run/netns", 0o755)
}

// overlay makes a folder writable without its files being changed.
func overlay(dir string) error {
	upper, work := filepath.Join("/run/overlay", dir, "upper"), filepath.Join("/run/overlay", dir, "work")
	if err := errors.Join(os.MkdirAll(upper, 0o755), os.MkdirAll(work, 0o755)); err != nil {
		return err
	}
	options := fmt.Sprintf("lowerdir=%s,upperdir=%s,workdir=%s", dir, upper, work)
	return unix.Mount("overlay", dir, "overlay", 0, options)
}
