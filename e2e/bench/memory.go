package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// memory is the largest resident size of each alternative, in KiB. The rusage
// of a process will not do: it begins with the size of the parent, here ours.
func (s *stage) memory() ([]int64, error) {
	sizes := make([]int64, len(s.all))
	for i, a := range s.all {
		var err error
		if sizes[i], err = a.peak(s.pods[0]); err != nil {
			return nil, fmt.Errorf("measuring the memory of %s: %w", a.name, err)
		}
	}
	return sizes, nil
}

// peak gives the plugin a standard output that is full. It waits there with the
// last thing that it does, and can be looked at.
func (a alternative) peak(netns string) (int64, error) {
	out, full, err := fullPipe()
	if err != nil {
		return 0, err
	}
	defer out.Close()
	command := a.command(netns)
	command.Stdout = full
	err = command.Start()
	full.Close()
	if err != nil {
		return 0, err
	}
	size, err := restingSize(command.Process.Pid)
	if _, drainErr := io.Copy(io.Discard, out); err == nil {
		err = drainErr
	}
	if waitErr := command.Wait(); err == nil {
		err = waitErr
	}
	return size, err
}

func fullPipe() (r, w *os.File, err error) {
	var ends [2]int
	if err := unix.Pipe2(ends[:], unix.O_CLOEXEC|unix.O_NONBLOCK); err != nil {
		return nil, nil, err
	}
	for err == nil {
		_, err = unix.Write(ends[1], make([]byte, os.Getpagesize()))
	}
	if err != unix.EAGAIN {
		return nil, nil, err
	}
	for _, end := range ends {
		if err := unix.SetNonblock(end, false); err != nil {
			return nil, nil, err
		}
	}
	return os.NewFile(uintptr(ends[0]), "result"), os.NewFile(uintptr(ends[1]), "result"), nil
}

// restingSize waits until a process has done nothing for a while.
func restingSize(pid int) (size int64, err error) {
	const aWhile = 100 * time.Millisecond
	before := time.Duration(-1)
	for range time.Tick(aWhile) {
		used, err := cpuOf(pid)
		if err != nil {
			return 0, err
		}
		if used == before {
			break
		}
		before = used
	}
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	_, peak, _ := strings.Cut(string(status), "VmHWM:")
	_, err = fmt.Sscan(peak, &size)
	return size, err
}
