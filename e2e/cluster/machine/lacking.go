package machine

import (
	"os"
	"os/exec"

	"golang.org/x/sys/unix"
)

// Lacking says what this machine lacks for a node, or nothing.
func Lacking() string {
	if os.Geteuid() != 0 {
		return "root"
	}
	if err := unix.Access("/proc/self/ns/cgroup", unix.F_OK); err != nil {
		return "cgroup namespaces"
	}
	if !mayMount() {
		return "CAP_SYS_ADMIN"
	}
	if err := exec.Command("nsenter", "--version").Run(); err != nil {
		return "nsenter (util-linux)"
	}
	return lacksCgroups()
}

// mayMount is false for the root of a container, who cannot make namespaces.
func mayMount() bool {
	err := exec.Command("unshare", "--mount", "--net", "--pid", "--fork", "--mount-proc", "true").Run()
	return err == nil
}
