package machine

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

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

// cgroupRoot is where all look for cgroups, on the machine and on the node.
const cgroupRoot = "/sys/fs/cgroup"

// hierarchies returns what the machine has of the version that it uses: the
// kubelet, containerd and runc tell by this folder, too. What is mounted of the
// other one has no controllers that matter.
func hierarchies() ([]hierarchy, error) {
	var at unix.Statfs_t
	if err := unix.Statfs(cgroupRoot, &at); err != nil {
		return nil, fmt.Errorf("cgroups in %s: %w", cgroupRoot, err)
	}
	if at.Type == unix.CGROUP2_SUPER_MAGIC {
		// Not where this process is: a cgroup with processes passes nothing on.
		return []hierarchy{{parent: cgroupRoot}}, nil
	}
	return separateHierarchies()
}

// separateHierarchies are those of version 1.
func separateHierarchies() ([]hierarchy, error) {
	mounts, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return nil, err
	}
	own, err := ownCgroups()
	if err != nil {
		return nil, err
	}
	var trees []hierarchy
	for line := range strings.Lines(string(mounts)) {
		before, after, _ := strings.Cut(line, " - ")
		at, kind := strings.Fields(before), strings.Fields(after)
		if len(at) < 5 || len(kind) < 3 || kind[0] != "cgroup" {
			continue
		}
		root, path, controller := at[3], at[4], controllerOf(kind[2])
		below, _ := filepath.Rel(root, own[controller])
		trees = append(trees, hierarchy{controller: controller, parent: filepath.Join(path, below)})
	}
	return trees, nil
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
	return lacksOf(trees)
}

func lacksOf(trees []hierarchy) string {
	var have []string
	var hint string
	for _, tree := range trees {
		if tree.unified() {
			hint = " in " + filepath.Join(tree.parent, subtreeControl)
		}
		if unix.Access(tree.parent, unix.W_OK) != nil {
			return "cgroups that may be written in " + tree.parent
		}
		have = append(have, tree.passesOn()...)
	}
	for _, controller := range wanted {
		if !slices.Contains(have, controller) {
			return "the cgroup controller " + controller + hint
		}
	}
	return ""
}

// passesOn are the controllers that a cgroup of the node's has.
func (h hierarchy) passesOn() []string {
	if !h.unified() {
		return strings.Split(h.controller, ",")
	}
	text, _ := os.ReadFile(filepath.Join(h.parent, subtreeControl))
	return strings.Fields(string(text))
}
