package machine

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/chainsaw-cni/chainsaw/e2e/cluster/retry"
)

// children are the processes that the init has started itself. As it reaps all
// processes whose parents ended, it can leave none of its own to os/exec.
type children struct {
	mu    sync.Mutex
	ended map[int]chan syscall.WaitStatus
}

// run starts the components in the order of what they need, and returns when
// all have been started. Those that end are started again.
func run(ctx context.Context) error {
	own := &children{ended: map[int]chan syscall.WaitStatus{}}
	go own.reap()
	if err := serveRegistry(ctx); err != nil {
		return err
	}
	for _, c := range components {
		if c.after != nil {
			if err := retry.Until(ctx, func() error { return c.after(ctx) }); err != nil {
				return fmt.Errorf("waiting for what %s needs: %w", c.name, err)
			}
		}
		ended, err := own.start(c)
		if err != nil {
			return fmt.Errorf("starting %s: %w", c.name, err)
		}
		go own.keep(c, ended)
	}
	return nil
}

// keep starts the component again whenever it ends.
func (o *children) keep(c component, ended chan syscall.WaitStatus) {
	for {
		status := <-ended
		fmt.Fprintf(os.Stderr, "%s %s ended: exit %d, signal %v\n", time.Now().Format(time.TimeOnly), c.name, status.ExitStatus(), status.Signal())
		pause := time.NewTimer(200 * time.Millisecond)
		<-pause.C
		var err error
		if ended, err = o.start(c); err != nil {
			fmt.Fprintf(os.Stderr, "starting %s again: %v\n", c.name, err)
			return
		}
	}
}

// start runs the component with its log in /var/log and its PID in /run.
func (o *children) start(c component) (chan syscall.WaitStatus, error) {
	log, err := os.OpenFile(filepath.Join("/var/log", c.name+".log"), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o644)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	null, err := os.Open(os.DevNull)
	if err != nil {
		return nil, err
	}
	defer null.Close()

	o.mu.Lock()
	defer o.mu.Unlock()
	pid, err := syscall.ForkExec(filepath.Join("/usr/local/bin", c.name), append([]string{c.name}, c.args...), &syscall.ProcAttr{
		Dir: "/", Env: environment, Files: []uintptr{null.Fd(), log.Fd(), log.Fd()},
		Sys: &syscall.SysProcAttr{Setsid: true},
	})
	if err != nil {
		return nil, err
	}
	ended := make(chan syscall.WaitStatus, 1)
	o.ended[pid] = ended
	return ended, os.WriteFile(pidPath(c.name), []byte(strconv.Itoa(pid)), 0o644)
}

func pidPath(name string) string { return filepath.Join("/run", name+".pid") }

// reap waits for every process that ends.
func (o *children) reap() {
	changed := make(chan os.Signal, 1)
	signal.Notify(changed, unix.SIGCHLD)
	for range changed {
		for o.reapOne() {
		}
	}
}

func (o *children) reapOne() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	var status syscall.WaitStatus
	pid, err := syscall.Wait4(-1, &status, syscall.WNOHANG, nil)
	if err != nil || pid <= 0 {
		return false
	}
	if ended, ok := o.ended[pid]; ok {
		ended <- status
		delete(o.ended, pid)
	}
	return true
}
