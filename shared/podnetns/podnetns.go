// Package podnetns opens the netns of CNI_NETNS, once, and proves that it is
// somebody else's: what the plugin does later it does through the descriptor.
// It enters no netns and makes none; the cage and rtnetlink take FD.
package podnetns

import (
	"errors"
	"fmt"
	"strconv"

	"golang.org/x/sys/unix"
)

var (
	// ErrNotFound says that there is nothing at the path: the pod is gone.
	ErrNotFound = errors.New("there is no such netns")
	// ErrOwn says that the netns is the plugin's own or the host's.
	ErrOwn = errors.New("the netns is not a pod's: it is the plugin's own or that of PID 1")

	errNotNetNS = errors.New("this is not a netns: give the path of one, like /var/run/netns/NAME or /proc/PID/ns/net")
)

// NetNS is a pod's netns.
type NetNS struct {
	path string
	fd   int
}

// Open opens the netns at path.
func Open(path string) (*NetNS, error) {
	fd, err := open(path)
	if err != nil {
		return nil, fmt.Errorf("open netns %q: %w", path, err)
	}
	if err := notOurs(fd); err != nil {
		unix.Close(fd)
		return nil, fmt.Errorf("open netns %q: %w", path, err)
	}
	return &NetNS{path: path, fd: fd}, nil
}

// FD is the descriptor, which is the NetNS's to close.
func (n *NetNS) FD() int { return n.fd }

// Path is the path that was opened. It may name something else by now.
func (n *NetNS) Path() string { return n.path }

// Close closes the descriptor.
func (n *NetNS) Close() error { return unix.Close(n.fd) }

// open looks at what is at path before it opens it for good: an open alone
// waits at a FIFO, and has effects on some devices. O_PATH has none.
func open(path string) (int, error) {
	place, err := unix.Open(path, unix.O_PATH|unix.O_CLOEXEC, 0)
	if errors.Is(err, unix.ENOENT) {
		return -1, ErrNotFound
	}
	if err != nil {
		return -1, err
	}
	defer unix.Close(place)
	var fs unix.Statfs_t
	if err := unix.Fstatfs(place, &fs); err != nil {
		return -1, err
	}
	if fs.Type != unix.NSFS_MAGIC {
		return -1, errNotNetNS
	}
	fd, err := unix.Open("/proc/self/fd/"+strconv.Itoa(place), unix.O_RDONLY|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		return -1, err
	}
	if kind, err := unix.IoctlRetInt(fd, unix.NS_GET_NSTYPE); err != nil || kind != unix.CLONE_NEWNET {
		unix.Close(fd)
		return -1, errNotNetNS
	}
	return fd, nil
}
