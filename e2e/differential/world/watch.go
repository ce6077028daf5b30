package world

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"slices"

	"golang.org/x/sys/unix"
)

// watch tells what happened to files, by inotify: the kernel misses no open,
// and an execve is one.
type watch struct {
	file *os.File
	dirs map[int32]string
}

const written = unix.IN_CREATE | unix.IN_DELETE | unix.IN_MODIFY | unix.IN_ATTRIB | unix.IN_MOVE

func watchCanaries() (*watch, error) {
	fd, err := unix.InotifyInit1(unix.IN_CLOEXEC | unix.IN_NONBLOCK)
	if err != nil {
		return nil, fmt.Errorf("watching the canaries: %w", err)
	}
	w := &watch{os.NewFile(uintptr(fd), "inotify"), map[int32]string{}}
	for dir, events := range map[string]uint32{
		canaryDir:        unix.IN_OPEN | unix.IN_ACCESS | written,
		"/run":           written,
		"/run/netns":     written,
		"/tmp":           written,
		"/etc/iproute2":  written,
		"/sys/fs":        written,
		"/sys/fs/bpf":    written,
		"/sys/fs/cgroup": written,
	} {
		wd, err := unix.InotifyAddWatch(fd, dir, events)
		if err == unix.ENOENT {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("watching %s: %w", dir, err)
		}
		w.dirs[int32(wd)] = dir
	}
	return w, nil
}

// events returns the files that something happened to since the last call.
func (w *watch) events() []string {
	var files []string
	buf := make([]byte, 16<<10)
	for {
		n, err := unix.Read(int(w.file.Fd()), buf)
		if n <= 0 || err != nil {
			slices.Sort(files)
			return slices.Compact(files)
		}
		for b := buf[:n]; len(b) >= unix.SizeofInotifyEvent; {
			wd := int32(binary.NativeEndian.Uint32(b))
			length := int(binary.NativeEndian.Uint32(b[12:]))
			name := bytes.TrimRight(b[unix.SizeofInotifyEvent:unix.SizeofInotifyEvent+length], "\x00")
			files = append(files, w.dirs[wd]+"/"+string(name))
			b = b[unix.SizeofInotifyEvent+length:]
		}
	}
}
