package cage

import (
	"cmp"
	"context"
	"fmt"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Outcome is how a command ended.
type Outcome struct {
	Stdout, Stderr Stream
	ExitCode       int            // -1 if it did not exit by itself
	Signal         syscall.Signal // what ended it, or 0
	TimedOut       bool           // the context ended first, so it was killed or never started
	Duration       time.Duration
}

// Run runs `ip` with argv, which begins behind the word "ip", until it ends or
// ctx does. A command that fails is an Outcome; the error is for a cage that
// did not work, and then nothing ran outside it.
func (c *Cage) Run(ctx context.Context, argv []string) (Outcome, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.thread == nil {
		return Outcome{}, errClosed
	}
	if ctx.Err() != nil {
		return Outcome{ExitCode: -1, TimedOut: true}, nil
	}
	start := time.Now()
	outcome, err := c.run(ctx, argv)
	outcome.Duration = time.Since(start)
	return outcome, err
}

func (c *Cage) run(ctx context.Context, argv []string) (Outcome, error) {
	out, err := openOutput()
	if err != nil {
		return Outcome{}, fmt.Errorf("make the command's pipes: %w", err)
	}
	defer out.close()
	pid, err := c.spawn(argv, out)
	if err != nil {
		return Outcome{}, fmt.Errorf("start %s in the cage: %w", c.ip, err)
	}

	timedOut, err := attend(ctx, pid, out)
	status, reapErr := reap(pid)
	if err := cmp.Or(err, reapErr); err != nil {
		return Outcome{}, fmt.Errorf("attend to the command: %w", err)
	}
	return outcome(status, timedOut, out), nil
}

// attend reads the output and returns when the command is over and a zombie.
// It kills it when ctx ends: the child is the init of its PID namespace, so
// with it dies whatever else may be in there, and the last writer of the pipes.
func attend(ctx context.Context, pid int, out *output) (timedOut bool, err error) {
	kill := func() { unix.Kill(pid, unix.SIGKILL) }
	killed := make(chan struct{})
	stop := context.AfterFunc(ctx, func() { defer close(killed); kill() })
	readErr := out.read()
	if readErr != nil {
		kill()
	}
	err = cmp.Or(readErr, awaitExit(pid))
	if stop() {
		return false, err
	}
	<-killed // before the pid is free for another process
	return true, err
}

func outcome(status unix.WaitStatus, timedOut bool, out *output) Outcome {
	o := Outcome{Stdout: out.streams[0], Stderr: out.streams[1], ExitCode: status.ExitStatus()}
	if status.Signaled() {
		o.Signal = status.Signal()
		o.TimedOut = timedOut && o.Signal == unix.SIGKILL
	}
	return o
}

// spawn starts the command on the cage's thread. syscall.ForkExec, and not
// os/exec: that adds flags to clone and forks a probe first, which the filter
// refuses (docs/decisions/0003-cage-spawn.md).
func (c *Cage) spawn(argv []string, out *output) (pid int, err error) {
	attr := syscall.ProcAttr{
		Dir:   "/",
		Files: []uintptr{uintptr(c.stdin), uintptr(out.writers[0]), uintptr(out.writers[1])},
		Sys:   &c.sys,
	}
	err = c.thread.do(func() (err error) {
		pid, err = syscall.ForkExec(c.ip, append([]string{"ip"}, argv...), &attr)
		return err
	})
	out.closeWriters()
	return pid, err
}

// awaitExit leaves the child a zombie, whose pid no other process can get.
func awaitExit(pid int) error {
	for {
		err := unix.Waitid(unix.P_PID, pid, nil, unix.WEXITED|unix.WNOWAIT, nil)
		if err != unix.EINTR {
			return err
		}
	}
}

func reap(pid int) (unix.WaitStatus, error) {
	var status unix.WaitStatus
	for {
		_, err := unix.Wait4(pid, &status, 0, nil)
		if err != unix.EINTR {
			return status, err
		}
	}
}
