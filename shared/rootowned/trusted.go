package rootowned

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"syscall"

	"github.com/chainsaw-cni/chainsaw/shared/idmap"
)

// trusted looks at one component. An ACL cannot hide a writer: the group bits
// show its mask (acl(5)).
func trusted(path string, info fs.FileInfo) error {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return fmt.Errorf("%s has no owner that could be checked", path)
	}
	if stat.Uid != 0 && !isHostRoot(stat.Uid) {
		return fmt.Errorf("%s belongs to uid %d: chown root %s", path, stat.Uid, path)
	}
	mode := info.Mode()
	switch {
	case mode&fs.ModeSymlink != 0: // its bits mean nothing
		return nil
	case mode&0o002 != 0:
		return fmt.Errorf("%s is writable by everyone: chmod go-w %s", path, path)
	case mode&0o020 != 0:
		return fmt.Errorf("%s is writable by group %d: chmod g-w %s", path, stat.Gid, path)
	}
	return nil
}

// isHostRoot tells whether uid is how the host's root shows: as the overflow
// uid, if the user namespace has but one uid. Other users show the same, but
// there the process is an ordinary user's, who trusts the machine's files as
// every program of his does. With more uids the overflow uid may be a real one.
func isHostRoot(uid uint32) bool {
	uids, err := idmap.UIDs()
	if err != nil || !uids.Single() {
		return false
	}
	text, err := os.ReadFile("/proc/sys/kernel/overflowuid")
	if err != nil {
		return false
	}
	overflow, err := strconv.ParseUint(string(bytes.TrimSpace(text)), 10, 32)
	return err == nil && uint32(overflow) == uid && !uids.Contains(uid)
}
