package scratchhost

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"sync"
	"syscall"
)

// Host is a scratch host to be made.
type Host struct {
	Args        []string // arguments of this executable that make it call Inside
	Job         any      // for the work inside, as JSON
	Folders     []string // of the machine, to be seen inside wherever they lie
	Files       []File   // that are there inside, whatever the machine has
	Out, ErrOut io.Writer
	Keep        bool // leave it running when the work is done
}

// statusFD is where the init writes its outcome; it stays open as long as the
// work goes on.
const statusFD = 3

// Run makes the scratch host, waits until its work is done, and returns what
// the work returned. The pid is that of the init, for a host that is kept.
// When ctx ends first, so does the host.
func (h Host) Run(ctx context.Context) (code, pid int, err error) {
	p, err := h.start()
	if err != nil {
		return 0, 0, err
	}
	defer p.letGo()
	stop := context.AfterFunc(ctx, p.kill)
	done, err := p.await(h.Out)
	if !stop() {
		err = ctx.Err()
	}
	if err != nil || !h.Keep {
		p.kill() // it has said all
		_ = p.cmd.Wait()
	}
	if err != nil {
		return 0, 0, err
	}
	return done.Code, p.cmd.Process.Pid, nil
}

// process is the init, seen from outside.
type process struct {
	cmd         *exec.Cmd
	out, status *os.File
}

func (p *process) kill() { _ = p.cmd.Process.Kill() }

// letGo is for the thread that started the init.
func (p *process) letGo() { runtime.UnlockOSThread() }

func (h Host) start() (*process, error) {
	job, err := json.Marshal(h.Job)
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(order{Folders: h.Folders, Files: h.Files, Keep: h.Keep, Job: job})
	if err != nil {
		return nil, err
	}
	out, theirOut, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer theirOut.Close()
	status, theirStatus, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer theirStatus.Close()

	// Not ended by a context: a host that is kept outlives it.
	cmd := exec.CommandContext(context.Background(), "/proc/self/exe", h.Args...)
	cmd.Stdin = bytes.NewReader(text)
	cmd.Stdout, cmd.Stderr = theirOut, h.ErrOut
	cmd.ExtraFiles = []*os.File{theirStatus}
	cmd.Env = []string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin"} // portmap looks for iptables
	cmd.SysProcAttr = attributes(h.Keep)
	runtime.LockOSThread() // PDEATHSIG comes when this thread ends
	if err := cmd.Start(); err != nil {
		runtime.UnlockOSThread()
		return nil, notMade(err)
	}
	return &process{cmd, out, status}, nil
}

func attributes(keep bool) *syscall.SysProcAttr {
	sys := &syscall.SysProcAttr{
		Cloneflags: syscall.CLONE_NEWNS | syscall.CLONE_NEWNET | syscall.CLONE_NEWPID |
			syscall.CLONE_NEWIPC | syscall.CLONE_NEWUTS,
		Setsid: true, // ^C is for the caller, who ends this one
	}
	if !keep {
		sys.Pdeathsig = syscall.SIGKILL
	}
	if uid := os.Geteuid(); uid != 0 {
		sys.Cloneflags |= syscall.CLONE_NEWUSER
		sys.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: uid, Size: 1}}
		sys.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getegid(), Size: 1}}
	}
	return sys
}

// notMade says what to do about namespaces that the kernel refuses to make.
func notMade(err error) error {
	const what = "no scratch host can be made:"
	switch {
	case errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EUSERS):
		return fmt.Errorf("%s one of the sysctls user.max_*_namespaces is too low: raise it, or run as root (%w)", what, err)
	case !errors.Is(err, syscall.EPERM) && !errors.Is(err, syscall.EACCES):
		return fmt.Errorf("%s %w", what, err)
	case os.Geteuid() == 0:
		return fmt.Errorf("%s root lacks CAP_SYS_ADMIN here: give it to the container, or run outside (%w)", what, err)
	}
	return fmt.Errorf("%s users may not make user namespaces here: run as root (%w)", what, err)
}

// await passes the output on and reads the outcome. Both end when the work
// does, also in a host that is kept, and if the init is killed.
func (p *process) await(w io.Writer) (outcome, error) {
	defer p.out.Close()
	defer p.status.Close()
	var copying sync.WaitGroup
	var copyErr error
	copying.Go(func() { _, copyErr = io.Copy(w, p.out) })
	text, err := io.ReadAll(p.status)
	copying.Wait()
	var done outcome
	switch {
	case err != nil:
		return done, fmt.Errorf("hearing from the scratch host: %w", err)
	case len(text) == 0:
		return done, errors.New("the scratch host ended before its work was done")
	case copyErr != nil:
		return done, fmt.Errorf("passing on the scratch host's output: %w", copyErr)
	}
	if err := json.Unmarshal(text, &done); err != nil {
		return done, fmt.Errorf("hearing from the scratch host: %w", err)
	}
	if done.Error != "" {
		return done, errors.New(done.Error)
	}
	return done, nil
}
