package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// stage is a node to measure on: namespaces in which nothing of the machine's
// own is changed.
type stage struct {
	pods   []string // paths of netns
	all    []alternative
	mounts []string
	daemon *os.Process
	copies string // folder of the executables
}

const stageVariable = "CHAINSAW_BENCH_STAGE"

func onStage() bool { return os.Getenv(stageVariable) != "" }

// enterStage runs this program again, in namespaces of its own.
func enterStage() error {
	self := exec.Command("/proc/self/exe", os.Args[1:]...)
	self.Env = append(os.Environ(), stageVariable+"=1")
	self.Stdout, self.Stderr = os.Stdout, os.Stderr
	self.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: syscall.CLONE_NEWNS | syscall.CLONE_NEWPID | syscall.CLONE_NEWNET,
		Pdeathsig:  syscall.SIGKILL,
	}
	err := self.Run()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		os.Exit(exit.ExitCode()) // it has said why
	}
	if errors.Is(err, unix.EPERM) {
		return fmt.Errorf("making namespaces: %w: run it as root", err)
	}
	return err
}

// atATime is how many pods start at once on a node that comes up.
const atATime = 24

func furnish(bin string) (*stage, error) {
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return nil, fmt.Errorf("making mounts private: %w", err)
	}
	bin, err := filepath.Abs(bin)
	if err != nil {
		return nil, err
	}
	if err := unix.Mount("proc", "/proc", "proc", 0, ""); err != nil {
		return nil, fmt.Errorf("mounting /proc: %w", err)
	}
	for _, folder := range []string{"/run", "/var/lib"} {
		if err := unix.Mount("tmpfs", folder, "tmpfs", 0, "mode=755"); err != nil {
			return nil, fmt.Errorf("mounting %s: %w", folder, err)
		}
	}
	s := new(stage)
	for i := range atATime {
		name := fmt.Sprintf("pod-%d", i)
		if err := makePod(name); err != nil {
			return nil, err
		}
		s.pods = append(s.pods, "/run/netns/"+name)
	}
	// On the disk that bin is on, for the sake of a cold page cache.
	if s.copies, err = os.MkdirTemp(bin, "bench-"); err != nil {
		return nil, err
	}
	if s.all, err = alternatives(bin, s.copies); err == nil {
		s.daemon, err = startDaemon()
	}
	if err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

func (s *stage) close() {
	if s.daemon != nil {
		_ = s.daemon.Kill()
		_, _ = s.daemon.Wait()
	}
	os.RemoveAll(s.copies)
}

// makePod makes a netns with the interface that a chain's first plugin made.
func makePod(name string) error {
	for _, line := range []string{
		"netns add " + name,
		"-n " + name + " link add net1 type ifb",
		"-n " + name + " address add 192.0.2.7/24 dev net1",
		"-n " + name + " link set net1 up",
	} {
		if out, err := exec.Command("/usr/sbin/ip", strings.Fields(line)...).CombinedOutput(); err != nil {
			return fmt.Errorf("ip %s: %w: %s", line, err, out)
		}
	}
	return nil
}

// mountUpTo makes mounts until this process sees as many.
func (s *stage) mountUpTo(n int) error {
	text, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return err
	}
	for i := strings.Count(string(text), "\n"); i < n; i++ {
		place := fmt.Sprintf("/run/mounts/%d", i)
		if err := os.MkdirAll(place, 0o755); err != nil {
			return err
		}
		if err := unix.Mount("tmpfs", place, "tmpfs", 0, "size=4k"); err != nil {
			return fmt.Errorf("mounting %s: %w", place, err)
		}
		s.mounts = append(s.mounts, place)
	}
	return nil
}

func (s *stage) unmount() error {
	for _, place := range s.mounts {
		if err := unix.Unmount(place, 0); err != nil {
			return fmt.Errorf("unmounting %s: %w", place, err)
		}
	}
	s.mounts = nil
	return nil
}

// dropCaches makes the next start read its executable from the disk.
func dropCaches() error {
	unix.Sync()
	return os.WriteFile("/proc/sys/vm/drop_caches", []byte("3"), 0)
}
