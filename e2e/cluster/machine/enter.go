package machine

import (
	"context"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
)

// enter are the options of nsenter(1).
var enter = []string{"--mount", "--net", "--pid", "--ipc", "--uts", "--cgroup", "--"}

// CommandAt is where in the Args of a Command its own words begin.
var CommandAt = len(enter) + 2

// Command is a command that runs on the node, in its namespaces, where kubectl
// and ctr are found and know where to go.
func (m *Machine) Command(ctx context.Context, argv ...string) *exec.Cmd {
	args := slices.Concat([]string{"--target=" + strconv.Itoa(m.pid)}, enter, argv)
	cmd := exec.CommandContext(ctx, "nsenter", args...)
	cmd.Env = append([]string{"TERM=xterm"}, environment...)
	return cmd
}

// Root is where the machine sees a file of the node. No link on the way may be
// absolute: it would lead to the machine's own files.
func (m *Machine) Root(path string) string {
	return filepath.Join("/proc", strconv.Itoa(m.pid), "root", path)
}
