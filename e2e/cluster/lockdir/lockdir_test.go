package lockdir

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestNewRemovesOnlyWhatHasEnded(t *testing.T) {
	parent := t.TempDir()
	make := func() *os.File {
		t.Helper()
		folder, err := New(t.Context(), parent, os.RemoveAll)
		if err != nil {
			t.Fatal(err)
		}
		return folder
	}
	lives, ended := make(), make()
	defer lives.Close()
	ended.Close()
	defer make().Close()

	if _, err := os.Stat(lives.Name()); err != nil {
		t.Errorf("the folder of an owner who lives: %v", err)
	}
	if _, err := os.Stat(ended.Name()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the folder of an owner who has ended is still there: %v", err)
	}
}

func TestNewSaysWhatCannotBeRemoved(t *testing.T) {
	parent, broken := t.TempDir(), errors.New("no")
	if err := os.Mkdir(filepath.Join(parent, "left"), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := New(t.Context(), parent, func(string) error { return broken }); !errors.Is(err, broken) {
		t.Errorf("New returns %v, want that it cannot remove", err)
	}
}

func TestWait(t *testing.T) {
	path := t.TempDir()
	owner, err := Lock(path)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Wait(ctx, path); !errors.Is(err, context.Canceled) {
		t.Errorf("waiting for a locked folder ends with %v", err)
	}
	owner.Close()
	next, err := Wait(t.Context(), path)
	if err != nil {
		t.Fatalf("waiting for a folder that nobody holds: %v", err)
	}
	next.Close()
}
