// Package lock decides which chainsawd of a node owns its socket and its files.
//
// During an upgrade two of them overlap: the DaemonSet's controller starts the
// new one and ends the old one when the new one is ready. The one that came
// later waits here, and has the lock at once when the other ends, however that
// ends: the kernel takes a lock back from the dead.
//
// A waiting chainsawd must call itself ready, or the controller would never end
// the other one.
package lock

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"

	"github.com/chainsaw-cni/chainsaw/shared/flock"
	"github.com/chainsaw-cni/chainsaw/shared/rootowned"
)

// Path is the lock of a node. A reboot empties its folder.
const Path = "/run/chainsaw/chainsawd.lock"

// ErrHeld says that another process has the lock.
var ErrHeld = errors.New("another chainsawd runs on this node")

// Lock is held until it is released, or the process ends. One that nobody
// refers to any more may be collected, and is no longer held: defer Release.
type Lock struct{ file *os.File }

// Try takes the lock if it is free, and returns ErrHeld if it is not.
func Try(path string) (*Lock, error) {
	l, err := open(path)
	if err != nil {
		return nil, err
	}
	if err := flock.Do(l.file, unix.LOCK_EX|unix.LOCK_NB); err != nil {
		l.file.Close()
		if errors.Is(err, unix.EWOULDBLOCK) {
			return nil, ErrHeld
		}
		return nil, fmt.Errorf("locking %s: %w", path, err)
	}
	return l, nil
}

// Wait takes the lock as soon as it is free. It calls waiting, once, if another
// process has it.
func Wait(ctx context.Context, path string, waiting func()) (*Lock, error) {
	l, err := Try(path)
	if !errors.Is(err, ErrHeld) {
		return l, err
	}
	waiting()
	for {
		l, err := wait(ctx, path)
		if err != nil {
			return nil, err
		}
		if l.isAt(path) {
			return l, nil
		}
		l.Release() // of a file that somebody has removed meanwhile
	}
}

// interval is how long a node may have two owners after somebody has removed the
// file: looking is two system calls.
const interval = time.Second

// Keep sees to it, until ctx is done, that who comes next finds this lock: one
// whose file somebody has removed would keep out nobody. It calls anew after each
// new file, and returns ErrHeld if another process was faster to make one.
func (l *Lock) Keep(ctx context.Context, path string, anew func()) error {
	tick := time.NewTicker(interval)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil
		}
		if l.isAt(path) {
			continue
		}
		next, err := Try(path)
		switch {
		case errors.Is(err, ErrHeld):
			return fmt.Errorf("somebody removed %s, and %w", path, err)
		case err == nil:
			l.Release()
			l.file = next.file
			anew()
		}
	}
}

// Release lets the next one have it.
func (l *Lock) Release() { l.file.Close() }

// wait stands in the kernel's queue. flock(2) knows no deadline: a waiter that
// is given up keeps the file open, although it is closed, until it has the
// lock, and the lock goes with the file.
func wait(ctx context.Context, path string) (*Lock, error) {
	l, err := open(path)
	if err != nil {
		return nil, err
	}
	got := make(chan error, 1)
	go func() { got <- flock.Do(l.file, unix.LOCK_EX) }()
	select {
	case err = <-got:
	case <-ctx.Done():
		err = ctx.Err()
	}
	if err != nil {
		l.file.Close()
		return nil, fmt.Errorf("waiting for %s: %w", path, err)
	}
	return l, nil
}

func open(path string) (*Lock, error) {
	folder := filepath.Dir(path)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, fmt.Errorf("making the folder of the lock: %w", err)
	}
	if err := rootowned.Dir(folder); err != nil {
		return nil, fmt.Errorf("opening the lock %s: %w", path, err)
	}
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|unix.O_NOFOLLOW|unix.O_NONBLOCK, 0o600)
	if err != nil {
		return nil, fmt.Errorf("opening the lock: %w", err)
	}
	return &Lock{file}, nil
}

// isAt tells whether who comes next would find this file.
func (l *Lock) isAt(path string) bool {
	mine, err := l.file.Stat()
	if err != nil {
		return false
	}
	there, err := os.Lstat(path)
	return err == nil && os.SameFile(mine, there)
}
