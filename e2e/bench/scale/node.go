package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// asNode is the argument with which this program becomes the chainsawd of a
// node.
const asNode = "be-a-node"

// places are what is the node's own where chainsawd sees it. It sees no `ip`
// that it could stage, and so it installs nothing: a hundred of them would do
// little but write the same files.
func places(home string) map[string]string {
	return map[string]string{
		"/run": filepath.Join(home, "run"), "/var/lib": filepath.Join(home, "lib"), "/usr/sbin/ip": os.DevNull,
	}
}

// command starts chainsawd on the node whose folders are below home.
func command(program, home string, environment []string) *exec.Cmd {
	cmd := exec.Command("/proc/self/exe", asNode, home, program)
	cmd.Env = environment
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS, Pdeathsig: syscall.SIGKILL}
	return cmd
}

// become does not return, unless it fails.
func become(home, program string) error {
	runtime.LockOSThread() // the filter is a thread's
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("making mounts private: %w", err)
	}
	for place, source := range places(home) {
		if err := unix.Mount(source, place, "", unix.MS_BIND, ""); err != nil {
			return fmt.Errorf("mounting %s: %w", place, err)
		}
	}
	if err := deafen(); err != nil {
		return fmt.Errorf("sparing the machine's inotify instances: %w", err)
	}
	return unix.Exec(program, []string{program, "run", "--cni-bin-dir", "/var/lib"}, os.Environ())
}

// deafen denies chainsawd an inotify instance, without which it looks at its
// folders from time to time: a machine has 128 for each user, and a hundred
// chainsawds would take three each.
func deafen() error {
	filter := []unix.SockFilter{
		{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS}, // the number of the system call
		{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, Jf: 1, K: unix.SYS_INOTIFY_INIT1},
		{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ERRNO | uint32(unix.EMFILE)},
		{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ALLOW},
	}
	program := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	_, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, 0, uintptr(unsafe.Pointer(&program)))
	if errno != 0 {
		return errno
	}
	return nil
}
