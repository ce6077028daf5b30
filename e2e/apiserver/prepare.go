package apiserver

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"
)

// prepare returns the programs, built if need be, and the open and locked
// folder of a new server. One process at a time does so: packages are tested
// side by side.
func prepare(ctx context.Context) (binaries, *os.File, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return binaries{}, nil, err
	}
	cache = filepath.Join(cache, "chainsaw", "apiserver")
	servers := filepath.Join(cache, "run")
	if err := os.MkdirAll(servers, 0o700); err != nil {
		return binaries{}, nil, err
	}
	turn, err := waitForTurn(ctx, cache)
	if err != nil {
		return binaries{}, nil, err
	}
	defer turn.Close()

	programs, err := build(ctx, cache)
	if err != nil {
		return binaries{}, nil, err
	}
	sweep(servers)
	path, err := os.MkdirTemp(servers, "")
	if err != nil {
		return binaries{}, nil, err
	}
	home, err := lock(path)
	return programs, home, err
}

// sweep removes what killed tests have left. The lock of a folder and the
// servers in it have ended with their test.
func sweep(servers string) {
	left, _ := filepath.Glob(filepath.Join(servers, "*"))
	for _, path := range left {
		if home, err := lock(path); err == nil {
			os.RemoveAll(path)
			home.Close()
		}
	}
}

func waitForTurn(ctx context.Context, path string) (*os.File, error) {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		turn, err := lock(path)
		if !errors.Is(err, unix.EWOULDBLOCK) {
			return turn, err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// lock holds a folder until the file is closed or this process ends. The child
// processes do not inherit it.
func lock(path string) (*os.File, error) {
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
