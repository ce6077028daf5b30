package spool

import (
	"context"
	"fmt"

	"golang.org/x/sys/unix"

	"github.com/chainsaw-cni/chainsaw/shared/flock"
)

const lockFile = "lock"

// locked works while no other process does. It waits for the others, but not
// for ever.
func (f *folder) locked(ctx context.Context, work func() error) error {
	ctx, cancel := context.WithTimeout(ctx, f.patience)
	defer cancel()
	if err := f.acquire(ctx); err != nil {
		return fmt.Errorf("waiting for its other users: %w", err)
	}
	defer func() { _ = flock.Do(f.lock, unix.LOCK_UN) }()
	return work()
}

// maxWaiters bounds the threads of one process that wait in flock(2), those that
// nobody waits for any more included.
const maxWaiters = 64

var waiters = make(chan struct{}, maxWaiters)

// acquire waits in the kernel's queue, since asking again and again would starve
// behind others that do. flock(2) knows no deadline: a waiter that is given up
// keeps the file open, also when it is closed, until it has the lock, and the
// lock goes with the file.
func (f *folder) acquire(ctx context.Context) error {
	select {
	case waiters <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	got := make(chan error, 1)
	go func() {
		defer func() { <-waiters }()
		got <- flock.Do(f.lock, unix.LOCK_EX)
	}()
	select {
	case err := <-got:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}
