package cage

import (
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// Cage runs commands in one netns with one privilege. Its methods may be used
// by several goroutines; commands run one after the other.
type Cage struct {
	ip        string
	privilege Privilege

	turn sync.Mutex           // of the command that runs
	held map[int]notification // by pid: the calls of those whose turn is yet to come

	mu     sync.Mutex
	thread *thread // nil when closed

	// Set by the thread, ahead of its first command.
	err      error // why there is no cage
	sys      syscall.SysProcAttr
	stdin    int
	listener int // of the seccomp filter; -1 without one
}

var errClosed = errors.New("the cage is closed")

// Open begins to build a cage for the executable ip (an absolute path, from
// ipbinary.Find) in the netns of descriptor ns, which is only used during the call.
// Commands wait until it is built, and have the error if it cannot be.
func Open(ns int, ip string, p Privilege) *Cage {
	c := &Cage{
		ip: ip, privilege: p, held: make(map[int]notification), thread: startThread(),
		stdin: -1, listener: -1,
	}
	own, err := unix.FcntlInt(uintptr(ns), unix.F_DUPFD_CLOEXEC, 0)
	c.thread.work <- func() {
		if err == nil {
			defer unix.Close(own)
			err = c.build(own)
		}
		if err != nil {
			c.err = fmt.Errorf("build the cage in the netns: %w", err)
		}
	}
	return c
}

// build is for the thread.
func (c *Cage) build(ns int) error {
	if !filepath.IsAbs(c.ip) {
		return fmt.Errorf("%q is no absolute path", c.ip)
	}
	who, err := caged()
	if err != nil {
		return err
	}
	c.sys = spawnAttributes(who, c.privilege)
	if err := sealInherited(); err != nil {
		return err
	}
	if c.stdin, err = unix.Open("/dev/null", unix.O_RDONLY|unix.O_CLOEXEC, 0); err != nil {
		return fmt.Errorf("/dev/null: %w", err)
	}
	c.listener, err = buildWalls(ns, c.privilege)
	return err
}

// Close ends the cage and its thread once the running command is over. A command
// that was started and has had no turn dies with the thread.
func (c *Cage) Close() {
	c.turn.Lock()
	defer c.turn.Unlock()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.thread == nil {
		return
	}
	c.thread.work <- func() { // behind what was started
		unix.Close(c.stdin)
		unix.Close(c.listener)
	}
	c.thread.stop()
	c.thread = nil
}

// closed tells that the numbers of its descriptors may be another's by now.
func (c *Cage) closed() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.thread == nil
}

// spawnAttributes is what the child does to itself between clone and execve.
func spawnAttributes(who identity, p Privilege) syscall.SysProcAttr {
	sys := syscall.SysProcAttr{
		Credential: &syscall.Credential{Uid: who.uid, Gid: who.gid, NoSetGroups: who.keepsGroups},
		Cloneflags: syscall.CLONE_NEWPID,
		Setsid:     true,
		Pdeathsig:  syscall.SIGKILL,
	}
	for _, c := range p.capabilities() {
		sys.AmbientCaps = append(sys.AmbientCaps, uintptr(c))
	}
	return sys
}
