package machine

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/chainsaw-cni/chainsaw/e2e/cluster/retry"
)

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
	if strings.Contains(h.controller, "cpuset") {
		// A new one has no CPUs, and lets nobody in.
		for _, file := range []string{"cpuset.cpus", "cpuset.mems"} {
			text, err := os.ReadFile(filepath.Join(h.parent, file))
			if err := errors.Join(err, os.WriteFile(filepath.Join(path, file), text, 0)); err != nil {
				return err
			}
		}
	}
	return moveInto(path)
}

// mountCgroups shows the node its own cgroups as if they were the machine's.
func mountCgroups() error {
	trees, err := hierarchies()
	if err != nil {
		return err
	}
	if err := unix.Mount("sysfs", "/sys", "sysfs", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, ""); err != nil {
		return err
	}
	if trees[0].unified() {
		return mountUnified(cgroupRoot)
	}
	if err := unix.Mount("tmpfs", cgroupRoot, "tmpfs", 0, "mode=755"); err != nil {
		return err
	}
	for _, tree := range trees {
		path := filepath.Join(cgroupRoot, strings.TrimPrefix(tree.controller, "name="))
		options := tree.controller
		if path != filepath.Join(cgroupRoot, tree.controller) {
			options = "none," + options
		}
		if err := errors.Join(os.Mkdir(path, 0o755), unix.Mount("cgroup", path, "cgroup", 0, options)); err != nil {
			return err
		}
	}
	return nil
}

// subtreeControl has the controllers that a cgroup of version 2 passes on to
// those below.
const subtreeControl = "cgroup.subtree_control"

// mountUnified mounts version 2, in which a cgroup has either processes or
// controllers to pass on: the processes go a level down.
func mountUnified(root string) error {
	if err := unix.Mount("cgroup2", root, "cgroup2", 0, ""); err != nil {
		return err
	}
	daemons := filepath.Join(root, "daemons")
	if err := errors.Join(os.Mkdir(daemons, 0o755), moveInto(daemons)); err != nil {
		return err
	}
	controllers, err := os.ReadFile(filepath.Join(root, "cgroup.controllers"))
	if err != nil {
		return err
	}
	for controller := range strings.FieldsSeq(string(controllers)) {
		if err := os.WriteFile(filepath.Join(root, subtreeControl), []byte("+"+controller), 0); err != nil {
			return fmt.Errorf("passing on %s: %w", controller, err)
		}
	}
	return nil
}

// moveInto moves this process into the cgroup.
func moveInto(path string) error {
	return os.WriteFile(filepath.Join(path, "cgroup.procs"), []byte("0"), 0)
}

// removeCgroups removes the node's cgroups, which it can when the last of their
// processes is gone.
func removeCgroups(ctx context.Context, name string) error {
	trees, err := hierarchies()
	if err != nil {
		return err
	}
	for _, tree := range trees {
		if err := retry.Until(ctx, func() error { return removeTree(tree.cgroup(name)) }); err != nil {
			return fmt.Errorf("removing the node's cgroups: %w", err)
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
