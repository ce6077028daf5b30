// Package idmap reads which user and group ids the process's user namespace
// knows. The cage asks it which uid a command may run as, rootowned how the
// host's root shows, and podnetns whether the process is the machine's real
// root. It only reads: no namespace is made and no id changed here.
package idmap

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// Map is one of /proc/self/uid_map and gid_map (user_namespaces(7)).
type Map []Range

// Range maps Count ids from Inside on to those of the parent user namespace
// from Outside on.
type Range struct{ Inside, Outside, Count uint32 }

// ErrEmpty says that the user namespace maps nothing yet.
var ErrEmpty = errors.New("the user namespace maps no id: write its uid_map and gid_map first")

// UIDs is the process's uid map.
func UIDs() (Map, error) { return read("/proc/self/uid_map") }

// GIDs is the process's gid map.
func GIDs() (Map, error) { return read("/proc/self/gid_map") }

// InInitialNamespace tells whether the process is in the initial user namespace,
// whose inode has a number of its own (PROC_USER_INIT_INO, since Linux 3.8), and
// reads no map for it. In doubt it is false.
func InInitialNamespace() bool {
	const initial = 0xefff_fffd
	var ns unix.Stat_t
	return unix.Stat("/proc/thread-self/ns/user", &ns) == nil && ns.Ino == initial
}

func read(path string) (Map, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the id map: %w", err)
	}
	m, err := parse(string(text))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	return m, nil
}

func parse(text string) (Map, error) {
	var m Map
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		if len(fields) != 3 {
			return nil, fmt.Errorf("%q does not have three numbers", line)
		}
		var n [3]uint32
		for i, field := range fields {
			v, err := strconv.ParseUint(field, 10, 32)
			if err != nil {
				return nil, err
			}
			n[i] = uint32(v)
		}
		m = append(m, Range{Inside: n[0], Outside: n[1], Count: n[2]})
	}
	if len(m) == 0 {
		return nil, ErrEmpty
	}
	return m, nil
}

// Initial tells whether the map is that of the initial user namespace, whose
// root is the machine's. A nested one with the same map counts as initial too,
// which errs on the strict side.
func (m Map) Initial() bool {
	return len(m) == 1 && m[0] == Range{Count: 1<<32 - 1}
}

// Single tells whether only one id is mapped, as `unshare -r` does.
func (m Map) Single() bool { return len(m) == 1 && m[0].Count == 1 }

// Contains tells whether id exists in this user namespace.
func (m Map) Contains(id uint32) bool {
	for _, r := range m {
		if id >= r.Inside && id-r.Inside < r.Count {
			return true
		}
	}
	return false
}

// Highest is the largest id of this user namespace.
func (m Map) Highest() uint32 {
	var highest uint32
	for _, r := range m {
		highest = max(highest, r.Inside+r.Count-1)
	}
	return highest
}
