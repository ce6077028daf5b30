// Package lockdir keeps the folders of processes that may be killed: each is
// locked for as long as its owner lives, so that a later process can tell what
// was left behind and remove it.
package lockdir

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"
)

// New makes a folder below parent, locked until the file is closed by all that
// have it, and first removes those whose lock has ended.
func New(ctx context.Context, parent string, remove func(path string) error) (*os.File, error) {
	if err := os.MkdirAll(parent, 0o700); err != nil {
		return nil, err
	}
	turn, err := Wait(ctx, parent)
	if err != nil {
		return nil, err
	}
	defer turn.Close()
	if err := sweep(parent, remove); err != nil {
		return nil, err
	}
	path, err := os.MkdirTemp(parent, "")
	if err != nil {
		return nil, err
	}
	return Lock(path)
}

func sweep(parent string, remove func(path string) error) error {
	left, err := filepath.Glob(filepath.Join(parent, "*"))
	for _, path := range left {
		if folder, lockErr := Lock(path); lockErr == nil {
			err = errors.Join(err, remove(path))
			folder.Close()
		}
	}
	return err
}

// Wait waits until nobody else holds the folder, and locks it.
func Wait(ctx context.Context, path string) (*os.File, error) {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		folder, err := Lock(path)
		if !errors.Is(err, unix.EWOULDBLOCK) {
			return folder, err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// Lock holds a folder until the file is closed or its process ends. Child
// processes inherit the lock only with the file.
func Lock(path string) (*os.File, error) {
	folder, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	if err := unix.Flock(int(folder.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		folder.Close()
		return nil, err
	}
	return folder, nil
}
