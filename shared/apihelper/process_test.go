package apihelper

import (
	"errors"
	"fmt"
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

// helperOf waits until a helper has told its number, and watches it. The number
// cannot be another's by now: the helper ends only when it is killed.
func helperOf(t *testing.T, fifo string) *os.File {
	t.Helper()
	text, err := os.ReadFile(fifo)
	if err != nil {
		t.Fatal(err)
	}
	var pid int
	if _, err := fmt.Sscan(string(text), &pid); err != nil {
		t.Fatal(err)
	}
	fd, err := unix.PidfdOpen(pid, 0)
	if err != nil {
		t.Fatal(err)
	}
	helper := os.NewFile(uintptr(fd), "helper")
	t.Cleanup(func() { helper.Close() })
	return helper
}

func awaitEnd(t *testing.T, process *os.File) {
	t.Helper()
	const milliseconds = 5000
	for {
		n, err := unix.Poll([]unix.PollFd{{Fd: int32(process.Fd()), Events: unix.POLLIN}}, milliseconds)
		switch {
		case errors.Is(err, unix.EINTR): // the end of one of our own children
			continue
		case err != nil || n != 1:
			t.Errorf("the helper lives on: %v", err)
		}
		return
	}
}
