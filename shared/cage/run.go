package cage

import (
	"cmp"
	"context"
	"fmt"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/chainsaw-cni/chainsaw/shared/netlinkwall"
)

// Outcome is how a command ended.
type Outcome struct {
	Stdout, Stderr Stream
	ExitCode       int            // -1 if it did not exit by itself
	Signal         syscall.Signal // what ended it, or 0
	TimedOut       bool           // the context ended first, so it was killed or never started
	Refused        error          // why a message to the kernel was refused, the first if several, or nil
	Duration       time.Duration  // since its turn began
}

// Run runs `ip` with argv, which begins behind the word "ip", until it ends or
// ctx does. A command that fails is an Outcome; the error is for a cage that
// did not work, and then nothing ran outside it.
func (c *Cage) Run(ctx context.Context, argv []string) (Outcome, error) {
	return c.Start(argv).Run(ctx)
}

// Run lets the command go on, and attends to it as [Cage.Run] does. The others of
// its cage wait.
func (p *Process) Run(ctx context.Context) (Outcome, error) {
	p.cage.turn.Lock()
	defer p.cage.turn.Unlock()
	start := time.Now()
	if err := <-p.started; err != nil {
		return Outcome{}, err
	}
	if p.cage.closed() {
		p.end()
		return Outcome{}, errClosed
	}
	if ctx.Err() != nil {
		p.end()
		return Outcome{ExitCode: -1, TimedOut: true}, nil
	}
	outcome, err := p.run(ctx)
	outcome.Duration = time.Since(start)
	return outcome, err
}

func (p *Process) run(ctx context.Context) (Outcome, error) {
	defer p.out.close()
	inspector := &inspector{
		listener: p.cage.listener, held: p.cage.held, pid: p.pid,
		wall: netlinkwall.Wall{ReadOnly: p.cage.privilege != NetAdmin},
	}
	timedOut, err := attend(ctx, inspector, p.out)
	status, reapErr := reap(p.pid)
	if err := cmp.Or(err, reapErr); err != nil {
		return Outcome{}, fmt.Errorf("attend to the command: %w", err)
	}
	o := outcome(status, timedOut, p.out)
	o.Refused = inspector.refused
	return o, nil
}

// attend returns when the command is over and a zombie, whose pid no other
// process can get. It kills it when ctx ends: the child is the init of its PID
// namespace, so with it dies whatever else may be in there, and the last writer
// of the pipes.
func attend(ctx context.Context, i *inspector, out *output) (timedOut bool, err error) {
	kill := func() { _ = unix.Kill(i.pid, unix.SIGKILL) }
	killed := make(chan struct{})
	stop := context.AfterFunc(ctx, func() { defer close(killed); kill() })
	if err = serve(i, out); err != nil {
		kill()
	}
	if stop() {
		return false, err
	}
	<-killed // before the pid is free for another process
	return true, err
}

// serve reads the command's output and judges what it sends, until it is over.
func serve(i *inspector, out *output) (err error) {
	if i.pidfd, err = unix.PidfdOpen(i.pid, 0); err != nil {
		return fmt.Errorf("pidfd_open: %w", err)
	}
	defer unix.Close(i.pidfd)
	if err := i.release(); err != nil {
		return err
	}
	scratch := make([]byte, 16<<10)
	for running := i.pidfd; running >= 0 || out.open(); {
		// poll passes over descriptors below 0.
		fds := [...]unix.PollFd{
			{Fd: int32(out.readers[0]), Events: unix.POLLIN},
			{Fd: int32(out.readers[1]), Events: unix.POLLIN},
			{Fd: int32(i.listener), Events: unix.POLLIN},
			{Fd: int32(running), Events: unix.POLLIN},
		}
		if _, err := unix.Poll(fds[:], -1); err != nil && err != unix.EINTR {
			return err
		}
		for stream := range out.readers {
			if fds[stream].Revents != 0 {
				if err := out.readSome(stream, scratch); err != nil {
					return err
				}
			}
		}
		if fds[2].Revents != 0 {
			if err := i.serve(); err != nil {
				return err
			}
		}
		if fds[3].Revents != 0 {
			running = -1
		}
	}
	return nil
}

func outcome(status unix.WaitStatus, timedOut bool, out *output) Outcome {
	o := Outcome{Stdout: out.streams[0], Stderr: out.streams[1], ExitCode: status.ExitStatus()}
	if status.Signaled() {
		o.Signal = status.Signal()
		o.TimedOut = timedOut && o.Signal == unix.SIGKILL
	}
	return o
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
