// Package machine makes a Kubernetes node of this machine's kernel: etcd, the
// control plane, the kubelet, containerd and the reference CNI plugins, in
// mount, network, PID, IPC, UTS and cgroup namespaces of their own. The
// machine's files are there, with all that is written kept in memory; its
// network is not, and no way leads out.
//
// The executable starts itself again as the init of the node: who uses this
// package calls [Inside] first thing. When the init ends, the kernel ends all
// the rest.
//
// It knows nothing of pods, of Multus or of chainsaw: see e2e/cluster.
package machine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"

	"github.com/chainsaw-cni/chainsaw/e2e/cluster/lockdir"
)

// Options say what kind of node it is to be, but for its Kubernetes: that is
// chosen by [programs.Kubernetes].
type Options struct {
	Containerd string // "2" is that of our Go modules, "1.6" Debian's
	Keep       bool   // it outlives the process that started it

	CNI   []string          // paths of CNI plugins beside the reference plugins
	Files map[string]string // what else the node has, by path, before anything runs
	Lacks []string          // files of the machine that it has not
}

// Machine is a running node.
type Machine struct {
	Logs string // the folder of all that runs on the node

	dir string
	pid int
}

const (
	planFile   = "plan.json"
	keptFile   = "kept" // has the PID of a node that outlives its process
	socketFile = "registry.sock"
)

// Start returns a node that is ready for pods.
func Start(ctx context.Context, options Options) (*Machine, error) {
	todo, err := makePlan(ctx, options)
	if err != nil {
		return nil, err
	}
	nodes, logs, err := folders()
	if err != nil {
		return nil, err
	}
	home, err := lockdir.New(ctx, nodes, remove)
	if err != nil {
		return nil, fmt.Errorf("making a folder for a node in %s: %w", nodes, err)
	}
	defer home.Close() // the init has the lock then
	m := &Machine{dir: home.Name()}
	if m.Logs, err = makeLogs(nodes, logs, filepath.Base(m.dir)); err != nil {
		return nil, err
	}
	todo.Logs = m.Logs
	if err := todo.write(m.dir); err != nil {
		return nil, err
	}
	if err := m.boot(ctx, home, options.Keep); err != nil {
		m.kill()
		return nil, fmt.Errorf("starting a node, whose logs are in %s: %w", m.Logs, err)
	}
	return m, nil
}

func (p plan) write(dir string) error {
	text, err := json.MarshalIndent(p, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, planFile), text, 0o600)
}

// boot starts the init, and waits until it says how that went.
func (m *Machine) boot(ctx context.Context, home *os.File, keep bool) error {
	status, theirs, err := os.Pipe()
	if err != nil {
		return err
	}
	defer status.Close()
	console, err := os.Create(filepath.Join(m.Logs, "init.log"))
	if err != nil {
		return err
	}
	defer console.Close()

	// Not ended by a context: a test's node ends with it, a kept one never.
	cmd := exec.CommandContext(context.Background(), "/proc/self/exe")
	cmd.Args = []string{initName, stageJoin, m.dir}
	cmd.Env = environment
	cmd.Dir = "/"
	cmd.Stdout, cmd.Stderr = console, console
	cmd.ExtraFiles = []*os.File{home, theirs} // lockFD, statusFD
	err = startProcess(cmd, keep)
	theirs.Close()
	if err != nil {
		return err
	}
	m.pid = cmd.Process.Pid
	stop := context.AfterFunc(ctx, m.kill)
	defer stop()
	if err := hear(status); err != nil || !keep {
		return err
	}
	return os.WriteFile(filepath.Join(m.dir, keptFile), []byte(strconv.Itoa(m.pid)), 0o600)
}

func startProcess(cmd *exec.Cmd, keep bool) error {
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: syscall.CLONE_NEWNS | syscall.CLONE_NEWNET | syscall.CLONE_NEWPID |
			syscall.CLONE_NEWIPC | syscall.CLONE_NEWUTS,
		Setsid: true, // ^C is for the caller
	}
	if keep {
		return cmd.Start()
	}
	cmd.SysProcAttr.Pdeathsig = syscall.SIGKILL
	started := make(chan error)
	go func() {
		runtime.LockOSThread() // PDEATHSIG comes when this thread ends
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait()
		}
	}()
	return <-started
}

// hear waits for what the init says: nothing but an error, or that it is ready.
func hear(status io.Reader) error {
	said, err := io.ReadAll(status)
	switch {
	case err != nil:
		return err
	case len(said) == 0:
		return errors.New("its init ended: see init.log")
	case string(said) != ready:
		return errors.New(string(said))
	}
	return nil
}
