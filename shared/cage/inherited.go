package cage

import (
	"fmt"
	"os"
	"strconv"
	"syscall"
)

// sealInherited keeps from commands what this process's parent left open. Go
// opens everything close-on-exec, but a runtime that calls a plugin may not.
// (close_range does this in one call, but only from Linux 5.11 on.)
func sealInherited() error {
	dir, err := os.Open("/proc/self/fd")
	if err != nil {
		return fmt.Errorf("list the open files: %w", err)
	}
	defer dir.Close()
	names, err := dir.Readdirnames(-1)
	if err != nil {
		return fmt.Errorf("list the open files: %w", err)
	}
	for _, name := range names {
		fd, err := strconv.Atoi(name)
		if err != nil {
			return fmt.Errorf("list the open files: %w", err)
		}
		if fd > 2 { // the spawn replaces the first three
			syscall.CloseOnExec(fd)
		}
	}
	return nil
}
