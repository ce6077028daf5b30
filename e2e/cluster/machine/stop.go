package machine

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/chainsaw-cni/chainsaw/e2e/cluster/lockdir"
)

// stopTimeout bounds the end of a node, which a busy machine takes seconds for.
const stopTimeout = 30 * time.Second

// Stop ends the node. What it left on the machine goes away, but for the logs
// if they are to be kept for a day.
func (m *Machine) Stop(keepLogs bool) error {
	m.kill()
	ctx, cancel := context.WithTimeout(context.Background(), stopTimeout)
	defer cancel()
	home, err := lockdir.Wait(ctx, m.dir) // it has ended when its lock has
	if err != nil {
		return fmt.Errorf("waiting for the end of the node in %s: %w", m.dir, err)
	}
	defer home.Close()
	if !keepLogs {
		err = os.RemoveAll(m.Logs)
	}
	return errors.Join(err, remove(m.dir))
}

func (m *Machine) kill() {
	if m.pid > 0 {
		_ = syscall.Kill(m.pid, syscall.SIGKILL)
	}
}

// remove takes away what a node that has ended left behind.
func remove(dir string) error {
	ctx, cancel := context.WithTimeout(context.Background(), stopTimeout)
	defer cancel()
	return errors.Join(removeCgroups(ctx, filepath.Base(dir)), os.RemoveAll(dir))
}

// Kept returns the running nodes that were to outlive their process.
func Kept() ([]*Machine, error) {
	nodes, logs, err := folders()
	if err != nil {
		return nil, err
	}
	dirs, err := filepath.Glob(filepath.Join(nodes, "*"))
	if err != nil {
		return nil, err
	}
	var kept []*Machine
	for _, dir := range dirs {
		if m := find(dir); m != nil {
			m.Logs = filepath.Join(logs, filepath.Base(dir))
			kept = append(kept, m)
		}
	}
	return kept, nil
}

// find returns the kept node of the folder, or nil.
func find(dir string) *Machine {
	if home, err := lockdir.Lock(dir); err == nil { // it has ended
		home.Close()
		return nil
	}
	text, err := os.ReadFile(filepath.Join(dir, keptFile))
	if err != nil {
		return nil
	}
	pid, err := strconv.Atoi(string(text))
	if err != nil {
		return nil
	}
	return &Machine{dir: dir, pid: pid}
}
