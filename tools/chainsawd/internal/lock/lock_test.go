package lock

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/chainsaw-cni/chainsaw/shared/rootowned/rootownedtest"
)

// TestMain is also another chainsawd, which says that it has the lock and then
// keeps it until it is killed.
func TestMain(m *testing.M) {
	if path := os.Getenv("CHAINSAW_TEST_LOCK"); path != "" {
		l, err := Try(path)
		if err != nil {
			os.Exit(1)
		}
		defer l.Release()
		os.Stdout.WriteString("y")
		_, _ = os.Stdin.Read(make([]byte, 1)) // which never comes
		return
	}
	os.Exit(m.Run())
}

// another starts a process that holds the lock.
func another(t *testing.T, path string) *os.Process {
	t.Helper()
	cmd := exec.Command("/proc/self/exe")
	cmd.Env = append(os.Environ(), "CHAINSAW_TEST_LOCK="+path)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	if n, err := out.Read(make([]byte, 1)); n != 1 {
		t.Fatalf("the other process has no lock: %v", err)
	}
	return cmd.Process
}

type got struct {
	lock *Lock
	err  error
}

// waiter waits for the lock, and returns when it stands in the queue.
func waiter(t *testing.T, ctx context.Context, path string) <-chan got {
	t.Helper()
	waiting, done := make(chan struct{}), make(chan got, 1)
	go func() {
		l, err := Wait(ctx, path, func() { close(waiting) })
		done <- got{l, err}
	}()
	<-waiting
	return done
}

func lockPath(t *testing.T) string { return filepath.Join(rootownedtest.Folder(t), "run", "lock") }

func TestWaiterHasLockWhenHolderIsKilled(t *testing.T) {
	path := lockPath(t)
	holder := another(t, path)
	if _, err := Try(path); !errors.Is(err, ErrHeld) {
		t.Fatalf("%v: want %v", err, ErrHeld)
	}
	done := waiter(t, t.Context(), path)
	select {
	case <-done:
		t.Fatal("two have the lock")
	case <-time.After(50 * time.Millisecond): // enough for a lock that does not hold
	}
	if err := holder.Kill(); err != nil {
		t.Fatal(err)
	}
	l := <-done
	if l.err != nil {
		t.Fatal(l.err)
	}
	if _, err := Try(path); !errors.Is(err, ErrHeld) {
		t.Errorf("%v: want %v", err, ErrHeld)
	}
	l.lock.Release()
	again, err := Try(path)
	if err != nil {
		t.Fatal(err)
	}
	again.Release()
}

func TestWaiterThatGaveUpDoesNotGetLockLater(t *testing.T) {
	path := lockPath(t)
	holder, err := Try(path)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := waiter(t, ctx, path)
	cancel()
	if l := <-done; !errors.Is(l.err, context.Canceled) {
		t.Fatalf("%v: want %v", l.err, context.Canceled)
	}
	third := waiter(t, t.Context(), path)
	holder.Release()
	if l := <-third; l.err != nil {
		t.Error(l.err)
	}
}

func TestLockOfRemovedFileIsNone(t *testing.T) {
	path := lockPath(t)
	holder, err := Try(path)
	if err != nil {
		t.Fatal(err)
	}
	done := waiter(t, t.Context(), path)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	second, err := Try(path)
	if err != nil {
		t.Fatal(err)
	}
	holder.Release() // the waiter may stand at the old file or the new one
	second.Release()
	l := <-done
	if l.err != nil || !l.lock.isAt(path) {
		t.Errorf("%v: the lock is not where others look", l.err)
	}
}

func TestLockIsKeptThoughItsFileIsRemoved(t *testing.T) {
	path := filepath.Join(rootownedtest.Folder(t), "run", "lock")
	l, err := Try(path)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Release()
	ctx, cancel := context.WithCancel(t.Context())
	ended, anew := make(chan error), make(chan bool)
	go func() { ended <- l.Keep(ctx, path, func() { anew <- true }) }()
	if err := os.RemoveAll(filepath.Dir(path)); err != nil {
		t.Fatal(err)
	}
	<-anew
	if _, err := Try(path); !errors.Is(err, ErrHeld) {
		t.Errorf("another one gets %v", err)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestLockThatAnotherHasByNowIsLost(t *testing.T) {
	path := filepath.Join(rootownedtest.Folder(t), "run", "lock")
	l, err := Try(path)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Release()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	another(t, path)
	if err := l.Keep(t.Context(), path, nil); !errors.Is(err, ErrHeld) {
		t.Errorf("got %v", err)
	}
}

func TestLockInFolderOfOthersIsRefused(t *testing.T) {
	if _, err := Try(filepath.Join(t.TempDir(), "lock")); err == nil {
		t.Error("a lock below /tmp was taken")
	}
}
