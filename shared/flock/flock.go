// Package flock locks open files, as flock(2) does: the lock ends with the last
// descriptor of the file, however its process ends.
//
// It knows no deadline, and neither does flock(2): who cannot wait for ever asks
// with LOCK_NB, or waits in a goroutine.
package flock

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// Do locks or unlocks; how is LOCK_EX, LOCK_SH or LOCK_UN, with LOCK_NB if it
// shall not wait. The file stays open meanwhile, even if it is closed elsewhere.
func Do(file *os.File, how int) error {
	raw, err := file.SyscallConn()
	if err != nil {
		return err
	}
	var lockErr error
	err = raw.Control(func(fd uintptr) {
		for {
			if lockErr = unix.Flock(int(fd), how); !errors.Is(lockErr, unix.EINTR) {
				return
			}
		}
	})
	return errors.Join(err, lockErr)
}
