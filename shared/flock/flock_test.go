package flock

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

func open(t *testing.T, path string) *os.File {
	t.Helper()
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	return file
}

func TestOneHoldsTheLockUntilItsFileIsClosed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	first, second := open(t, path), open(t, path)
	if err := Do(first, unix.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	if err := Do(second, unix.LOCK_EX|unix.LOCK_NB); !errors.Is(err, unix.EWOULDBLOCK) {
		t.Errorf("locking what is locked: %v, want EWOULDBLOCK", err)
	}
	first.Close()
	if err := Do(second, unix.LOCK_EX|unix.LOCK_NB); err != nil {
		t.Errorf("locking after the file was closed: %v", err)
	}
}

func TestUnlocked(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	first, second := open(t, path), open(t, path)
	if err := errors.Join(Do(first, unix.LOCK_EX), Do(first, unix.LOCK_UN), Do(second, unix.LOCK_EX|unix.LOCK_NB)); err != nil {
		t.Error(err)
	}
}

func TestAClosedFileIsAnError(t *testing.T) {
	file := open(t, filepath.Join(t.TempDir(), "lock"))
	file.Close()
	if Do(file, unix.LOCK_EX) == nil {
		t.Error("a closed file was locked")
	}
}
