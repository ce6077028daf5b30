package machine

import (
	"os"
	"os/exec"

	"golang.org/x/sys/unix"

	"github.com/chainsaw-cni/chainsaw/shared/idmap"
)

// Lacking says what this machine lacks for a node, or nothing.
func Lacking() string {
	if uids, err := idmap.UIDs(); os.Geteuid() != 0 || err != nil || !uids.Initial() {
		return "root outside of user namespaces"
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
