package podnetns

import (
	"fmt"

	"golang.org/x/sys/unix"

	"github.com/chainsaw-cni/chainsaw/shared/idmap"
)

// notOurs compares by device and inode, which name a namespace (namespaces(7)).
func notOurs(fd int) error {
	var pod unix.Stat_t
	if err := unix.Fstat(fd, &pod); err != nil {
		return err
	}
	own, err := isAt(&pod, "/proc/thread-self/ns/net")
	if err != nil {
		return err
	}
	host, err := isAt(&pod, "/proc/1/ns/net")
	if err != nil {
		err = hostIsOwn(err)
	}
	if own || host {
		return ErrOwn
	}
	return err
}

// hostIsOwn is nil if PID 1 need not be compared, although that failed: where
// it shares our netns, which has been; and in a user namespace, to which the
// host's netns gives no right. /proc/PID/net needs no right over PID, and is
// the same inodes for all processes of one netns.
func hostIsOwn(failed error) error {
	var own unix.Stat_t
	if err := unix.Stat("/proc/thread-self/net/dev", &own); err != nil {
		return fmt.Errorf("compare with the own netns: %w", err)
	}
	if host, err := isAt(&own, "/proc/1/net/dev"); err == nil && host || inUserNamespace() {
		return nil
	}
	return fmt.Errorf("%w: run the plugin with CAP_SYS_PTRACE or in the host's netns", failed)
}

func isAt(stat *unix.Stat_t, path string) (bool, error) {
	var other unix.Stat_t
	if err := unix.Stat(path, &other); err != nil {
		return false, fmt.Errorf("compare with %s: %w", path, err)
	}
	return stat.Dev == other.Dev && stat.Ino == other.Ino, nil
}

// inUserNamespace is false when in doubt, which is the stricter answer.
func inUserNamespace() bool {
	uids, err := idmap.UIDs()
	return err == nil && !uids.Initial()
}
