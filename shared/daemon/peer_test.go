package daemon

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"golang.org/x/sys/unix"
)

const stranger = 12345

// asStranger calls f on a thread that has another uid and dies afterwards: the
// kernel keeps credentials a thread, and the raw call changes only this one's.
func asStranger(t *testing.T, f func()) {
	t.Helper()
	done := make(chan error)
	go func() {
		runtime.LockOSThread()
		_, _, errno := unix.RawSyscall(unix.SYS_SETRESUID, stranger, stranger, stranger)
		if errno == 0 {
			f()
			done <- nil
			return
		}
		done <- errno
	}()
	if err := <-done; err != nil {
		t.Skipf("no thread can get a second uid here, run as root: %v", err)
	}
}

func TestServerRefusesAStranger(t *testing.T) {
	daemon := &chainsawd{}
	client := start(t, daemon)
	if err := errors.Join(os.Chmod(filepath.Dir(client.Path), 0o711), os.Chmod(client.Path, 0o666)); err != nil {
		t.Fatal(err)
	}
	var answer string
	asStranger(t, func() {
		answer = raw(t, client.Path, `{"version":1,"kind":"report","report":{"version":1}}`)
	})
	if answer != "" || len(daemon.reports) != 0 {
		t.Errorf("a stranger got %q, and %d reports were taken", answer, len(daemon.reports))
	}
}

func TestClientRefusesAStranger(t *testing.T) {
	path := socket(t)
	fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	file := os.NewFile(uintptr(fd), path)
	defer file.Close()
	if err := unix.Bind(fd, &unix.SockaddrUnix{Name: path}); err != nil {
		t.Fatal(err)
	}
	asStranger(t, func() { err = unix.Listen(fd, 1) })
	if err != nil {
		t.Fatal(err)
	}
	if _, err := (Client{Path: path}).Metadata(t.Context(), web); !errors.Is(err, ErrUntrusted) {
		t.Errorf("got %v, want ErrUntrusted", err)
	}
}

func TestListen(t *testing.T) {
	path := socket(t)
	first, err := Listen(path)
	if err != nil {
		t.Fatal(err)
	}
	defer first.Close()
	t.Run("makes a socket for root alone", func(t *testing.T) {
		info, err := os.Lstat(path)
		if err != nil || info.Mode() != os.ModeSocket|0o600 {
			t.Errorf("%v, %v", info, err)
		}
	})
	t.Run("takes over, and the old one's end does not harm it", func(t *testing.T) {
		second, err := Listen(path)
		if err != nil {
			t.Fatal(err)
		}
		defer second.Close()
		first.Close()
		conn, err := net.Dial("unix", path)
		if err != nil {
			t.Fatal(err)
		}
		conn.Close()
	})
	t.Run("leaves nothing else behind", func(t *testing.T) {
		entries, err := os.ReadDir(filepath.Dir(path))
		if err != nil || len(entries) != 1 {
			t.Errorf("%v, %v", entries, err)
		}
	})
	t.Run("refuses a folder that others may write", func(t *testing.T) {
		folder := filepath.Join(filepath.Dir(path), "open")
		if err := errors.Join(os.Mkdir(folder, 0o700), os.Chmod(folder, 0o777)); err != nil {
			t.Fatal(err)
		}
		if l, err := Listen(filepath.Join(folder, "s")); err == nil {
			l.Close()
			t.Error("no error")
		}
	})
}
