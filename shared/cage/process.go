package cage

import (
	"fmt"
	"syscall"

	"golang.org/x/sys/unix"
)

// Process is a command that was started. It gets as far as its first call that
// could ask the netns something or change it, and waits there until its Run: the
// kernel asks the inspector, who does not answer before. It may read files ahead,
// as it must to be loaded, so one that begins with /proc/net is early.
//
// To load `ip` and its libraries is most of what a command takes. That may be done
// while another command runs, or before it is known whether this one may.
type Process struct {
	cage    *Cage
	started chan error // has one, once the fields below are set
	pid     int
	out     *output
}

// Start starts `ip` with argv, which begins behind the word "ip", and does not wait
// for it. Who starts one calls its Run or its Cancel.
func (c *Cage) Start(argv []string) *Process {
	p := &Process{cage: c, started: make(chan error, 1)}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.thread == nil {
		p.started <- errClosed
		return p
	}
	c.thread.work <- func() { p.started <- p.start(argv) }
	return p
}

// Cancel ends a command that shall not run.
func (p *Process) Cancel() {
	p.cage.turn.Lock()
	defer p.cage.turn.Unlock()
	if <-p.started == nil {
		p.end()
	}
}

func (p *Process) end() {
	_ = unix.Kill(p.pid, unix.SIGKILL)
	_, _ = reap(p.pid)
	delete(p.cage.held, p.pid)
	p.out.close()
}

// start is for the cage's thread. syscall.ForkExec, and not os/exec: that adds
// flags to clone and forks a probe first, which the filter refuses
// (docs/decisions/0003-cage-spawn.md).
func (p *Process) start(argv []string) (err error) {
	if p.cage.err != nil {
		return p.cage.err
	}
	if p.out, err = openOutput(); err != nil {
		return fmt.Errorf("make the command's pipes: %w", err)
	}
	attr := syscall.ProcAttr{
		Dir:   "/",
		Files: []uintptr{uintptr(p.cage.stdin), uintptr(p.out.writers[0]), uintptr(p.out.writers[1])},
		Sys:   &p.cage.sys,
	}
	p.pid, err = syscall.ForkExec(p.cage.ip, append([]string{"ip"}, argv...), &attr)
	p.out.closeWriters()
	if err != nil {
		p.out.close()
		return fmt.Errorf("start %s in the cage: %w", p.cage.ip, err)
	}
	return nil
}
