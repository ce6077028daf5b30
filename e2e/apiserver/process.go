package apiserver

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
)

// Process is one of the servers. A nil Process has ended.
type Process struct {
	path string
	args []string
	dir  string

	cmd   *exec.Cmd
	ended chan struct{}
}

// Start runs the process, again if it was killed. It dies with the test that
// started it, however that ends.
func (p *Process) Start() error {
	log, err := os.OpenFile(p.log(), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	p.cmd = &exec.Cmd{
		Path: p.path, Args: append([]string{p.path}, p.args...), Dir: p.dir,
		Env: []string{}, Stdout: log, Stderr: log,
		SysProcAttr: &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL},
	}
	started := make(chan error, 1)
	p.ended = make(chan struct{})
	go p.run(started)
	return <-started
}

// run keeps the thread that PDEATHSIG watches for as long as the process lives.
func (p *Process) run(started chan<- error) {
	runtime.LockOSThread()
	defer close(p.ended)
	err := p.cmd.Start()
	started <- err
	if err == nil {
		_ = p.cmd.Wait() // how it ended is in its log
	}
}

// Ended is closed once the process is gone.
func (p *Process) Ended() <-chan struct{} { return p.ended }

// Kill ends the process and waits until it is gone. Start brings it back.
func (p *Process) Kill() {
	if p == nil || p.signal(syscall.SIGKILL) != nil {
		return
	}
	<-p.ended
}

// Freeze makes the process hang: its port accepts connections, and nothing ever
// answers. It ends with Thaw or Kill.
func (p *Process) Freeze() error { return p.signal(syscall.SIGSTOP) }

// Thaw lets a frozen process go on.
func (p *Process) Thaw() error { return p.signal(syscall.SIGCONT) }

func (p *Process) signal(signal syscall.Signal) error {
	if p.cmd == nil || p.cmd.Process == nil {
		return os.ErrProcessDone
	}
	return p.cmd.Process.Signal(signal)
}

func (p *Process) log() string {
	return filepath.Join(p.dir, filepath.Base(p.path)+".log")
}

// died is the error for an end that nobody asked for.
func (p *Process) died() error {
	log, err := os.ReadFile(p.log())
	if err != nil {
		return err
	}
	lines := bytes.Split(bytes.TrimSpace(log), []byte("\n"))
	last := bytes.Join(lines[max(0, len(lines)-5):], []byte("\n"))
	return fmt.Errorf("%s ended: %s", filepath.Base(p.path), last)
}
