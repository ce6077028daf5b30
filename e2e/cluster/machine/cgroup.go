package machine

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// hierarchy is a tree of cgroups: one for each controller in version 1, a
// single one in version 2.
type hierarchy struct {
	controller string // as a mount option; none in version 2
	parent     string // of the cgroup of a node, on the machine
}

func (h hierarchy) unified() bool { return h.controller == "" }

// cgroup is the node's own, of which the node sees only what is below.
func (h hierarchy) cgroup(name string) string {
	return filepath.Join(h.parent, "chainsaw-e2e-"+name)
}

// wanted are the controllers that a kubelet does not start without.
var wanted = []string{"cpu", "memory", "pids"}

// hierarchies returns what the machine has. A machine that has both versions
// keeps its controllers in the first.
func hierarchies() ([]hierarchy, error) {
	mounts, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return nil, err
	}
	own, err := ownCgroups()
	if err != nil {
		return nil, err
	}
	var v1, v2 []hierarchy
	for line := range strings.Lines(string(mounts)) {
		before, after, _ := strings.Cut(line, " - ")
		at, kind := strings.Fields(before), strings.Fields(after)
		if len(at) < 5 || len(kind) < 3 {
			continue
		}
		switch root, path := at[3], at[4]; kind[0] {
		case "cgroup":
			controller := controllerOf(kind[2])
			below, _ := filepath.Rel(root, own[controller])
			v1 = append(v1, hierarchy{controller: controller, parent: filepath.Join(path, below)})
		case "cgroup2":
			v2 = append(v2, hierarchy{parent: path})
		}
	}
	if len(v1) > 0 {
		return v1, nil
	}
	return v2[:min(1, len(v2))], nil
}

// controllerOf finds the controllers among the options of a mount.
func controllerOf(options string) string {
	words := strings.Split(strings.TrimSpace(options), ",")
	return strings.Join(slices.DeleteFunc(words, func(word string) bool {
		return slices.Contains([]string{"rw", "ro", "xattr", "clone_children", "noprefix"}, word) || strings.HasPrefix(word, "release_agent=")
	}), ",")
}

// ownCgroups returns the cgroups that this process is in, by their controllers.
func ownCgroups() (map[string]string, error) {
	file, err := os.Open("/proc/self/cgroup")
	if err != nil {
		return nil, err
	}
	defer file.Close()
	own := map[string]string{}
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if field := strings.SplitN(lines.Text(), ":", 3); len(field) == 3 {
			own[field[1]] = field[2]
		}
	}
	return own, nil
}

// lacksCgroups says what is missing for a node, or nothing.
func lacksCgroups() string {
	trees, err := hierarchies()
	if err != nil {
		return err.Error()
	}
	var have []string
	for _, tree := range trees {
		have = append(have, strings.Split(tree.controller, ",")...)
		if tree.unified() {
			text, _ := os.ReadFile(filepath.Join(tree.parent, "cgroup.subtree_control"))
			have = append(have, strings.Fields(string(text))...)
		}
		if unix.Access(tree.parent, unix.W_OK) != nil {
			return "cgroups that may be written in " + tree.parent
		}
	}
	for _, controller := range wanted {
		if !slices.Contains(have, controller) {
			return "the cgroup controller " + controller
		}
	}
	return ""
}

// joinCgroups makes the node's cgroups and moves this process into them.
func joinCgroups(name string) error {
	trees, err := hierarchies()
	if err != nil {
		return err
	}
	for _, tree := range trees {
		if err := tree.join(name); err != nil {
			return fmt.Errorf("making the node's cgroup: %w", err)
		}
	}
	return nil
}

func (h hierarchy) join(name string) error {
	path := h.cgroup(name)
	if err := os.Mkdir(path, 0o755); err != nil {
		return err
	}
	// A new cpuset has no CPUs, and lets nobody in.
	for _, file := range []string{"cpuset.cpus", "cpuset.mems"} {
		text, err := os.ReadFile(filepath.Join(h.parent, file))
		if h.unified() || errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err := errors.Join(err, os.WriteFile(filepath.Join(path, file), text, 0)); err != nil {
			return err
		}
	}
	return os.WriteFile(filepath.Join(path, "cgroup.procs"), []byte("0"), 0)
}

// mountCgroups shows the node its own cgroups as if they were the machine's.
func mountCgroups() error {
	const root = "/sys/fs/cgroup"
	trees, err := hierarchies()
	if err != nil {
		return err
	}
	if err := unix.Mount("sysfs", "/sys", "sysfs", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, ""); err != nil {
		return err
	}
	if trees[0].unified() {
		return mountUnified(root)
	}
	if err := unix.Mount("tmpfs", root, "tmpfs", 0, "mode=755"); err != nil {
		return err
	}
	for _, tree := range trees {
		path := filepath.Join(root, strings.TrimPrefix(tree.controller, "name="))
		options := tree.controller
		if path != filepath.Join(root, tree.controller) {
			options = "none," + options
		}
		if err := errors.Join(os.Mkdir(path, 0o755), unix.Mount("cgroup", path, "cgroup", 0, options)); err != nil {
			return err
		}
	}
	return nil
}

// mountUnified mounts version 2, in which a cgroup has either processes or
// controllers for the cgroups below: the processes go a level down.
func mountUnified(root string) error {
	if err := unix.Mount("cgroup2", root, "cgroup2", 0, ""); err != nil {
		return err
	}
	controllers, err := os.ReadFile(filepath.Join(root, "cgroup.controllers"))
	if err != nil {
		return err
	}
	daemons := filepath.Join(root, "daemons")
	enable := "+" + strings.Join(strings.Fields(string(controllers)), " +")
	if err := os.Mkdir(daemons, 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(daemons, "cgroup.procs"), []byte("0"), 0); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(root, "cgroup.subtree_control"), []byte(enable), 0)
}

// removeCgroups removes the node's cgroups, which it can when the last of their
// processes is gone.
func removeCgroups(ctx context.Context, name string) error {
	trees, err := hierarchies()
	if err != nil {
		return err
	}
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for _, tree := range trees {
		for {
			err := removeTree(tree.cgroup(name))
			if err == nil {
				break
			}
			select {
			case <-tick.C:
			case <-ctx.Done():
				return fmt.Errorf("removing the node's cgroups: %w", err)
			}
		}
	}
	return nil
}

// removeTree removes a cgroup and those below it. Their files go along.
func removeTree(path string) error {
	entries, err := os.ReadDir(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for _, entry := range entries {
		if entry.IsDir() {
			err = errors.Join(err, removeTree(filepath.Join(path, entry.Name())))
		}
	}
	return errors.Join(err, unix.Rmdir(path))
}
