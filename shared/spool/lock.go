package spool

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sys/unix"
)

const lockFile = "lock"

// locked works while no other process does. It waits for the others, but no
// longer than Patience: flock(2) itself knows no deadline.
func (f *folder) locked(ctx context.Context, work func() error) error {
	ctx, cancel := context.WithTimeout(ctx, Patience)
	defer cancel()
	if err := f.acquire(ctx); err != nil {
		return fmt.Errorf("waiting for its other users: %w", err)
	}
	defer unix.Flock(int(f.lock.Fd()), unix.LOCK_UN)
	return work()
}

func (f *folder) acquire(ctx context.Context) error {
	retry := time.NewTicker(2 * time.Millisecond)
	defer retry.Stop()
	for {
		err := unix.Flock(int(f.lock.Fd()), unix.LOCK_EX|unix.LOCK_NB)
		if !errors.Is(err, unix.EWOULDBLOCK) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-retry.C:
		}
	}
}
