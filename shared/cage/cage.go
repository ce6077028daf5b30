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
	turn sync.Mutex           // of the command that runs
	held map[int]notification // by pid: the calls of those whose turn is yet to come

	mu        sync.Mutex
	thread    *thread // nil when closed
	ip        string
	privilege Privilege
	stdin     int
	listener  int // of the seccomp filter; -1 without one
	sys       syscall.SysProcAttr
}

var errClosed = errors.New("the cage is closed")

// Open builds a cage in the netns of descriptor ns, which is only used during
// the call, for the executable ip (an absolute path, from ipbinary.Find).
func Open(ns int, ip string, p Privilege) (*Cage, error) {
	if !filepath.IsAbs(ip) {
		return nil, fmt.Errorf("open the cage: %q is no absolute path", ip)
	}
	who, err := caged()
	if err != nil {
		return nil, fmt.Errorf("open the cage: %w", err)
	}
	if err := sealInherited(); err != nil {
		return nil, fmt.Errorf("open the cage: %w", err)
	}
	stdin, err := unix.Open("/dev/null", unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("open the cage: /dev/null: %w", err)
	}
	c := &Cage{
		thread: startThread(), ip: ip, privilege: p, stdin: stdin, sys: spawnAttributes(who, p),
		held: make(map[int]notification),
	}
	if err := c.thread.do(func() (err error) { c.listener, err = buildWalls(ns, p); return err }); err != nil {
		c.Close()
		return nil, fmt.Errorf("open the cage: %w", err)
	}
	return c, nil
}

// Close ends the cage and its thread once the running command is over. A command
// that was started and has had no turn dies with the thread.
func (c *Cage) Close() error {
	c.turn.Lock()
	defer c.turn.Unlock()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.thread == nil {
		return nil
	}
	c.thread.stop()
	c.thread = nil
	if c.listener >= 0 {
		unix.Close(c.listener)
		c.listener = -1 // the number may soon be another's
	}
	return unix.Close(c.stdin)
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
