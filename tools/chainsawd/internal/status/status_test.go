package status

import (
	"context"
	"errors"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestReady(t *testing.T) {
	broken := errors.New("the folder is read-only")
	for _, test := range []struct {
		name string
		set  func(*Board)
		says string // empty if ready
	}{
		{"not at the start", func(*Board) {}, "lock: not yet"},
		{"while it waits for its predecessor", func(b *Board) { b.Wait() }, ""},
		{"not when it has the lock and nothing else", func(b *Board) { b.Wait(); b.Set(Lock, nil) }, "install: not yet"},
		{"not while a part is broken", func(b *Board) { all(b); b.Set(Install, broken) }, "install: the folder is read-only"},
		{"when all is in order", all, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			var b Board
			test.set(&b)
			err := b.Ready()
			if test.says == "" && err != nil || test.says != "" && (err == nil || !strings.Contains(err.Error(), test.says)) {
				t.Errorf("got %v, want %q", err, test.says)
			}
		})
	}
}

func all(b *Board) {
	for _, part := range parts {
		b.Set(part, nil)
	}
}

func TestProbeGetsWhatTheBoardSays(t *testing.T) {
	socket := filepath.Join(t.TempDir(), "folder", "s")
	if _, err := Probe(t.Context(), socket, "readyz"); err == nil {
		t.Error("there is an answer where nobody listens")
	}
	var b Board
	dead := errors.New("nobody answers on the socket")
	listener, err := Listen(socket)
	if err != nil {
		t.Fatal(err)
	}
	if listener, err = Listen(socket); err != nil { // after a kill -9 of the one before
		t.Fatal(err)
	}
	if info, err := os.Stat(socket); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v: others than root may ask", info.Mode(), err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	handler := Handler(&b, func(context.Context) error { return dead }, http.NotFoundHandler())
	go func() { ended <- Serve(ctx, listener, handler) }()

	if _, err := Probe(t.Context(), socket, "readyz"); err == nil || !strings.Contains(err.Error(), "socket: not yet") {
		t.Errorf("before all is in order: %v", err)
	}
	all(&b)
	if text, err := Probe(t.Context(), socket, "readyz"); err != nil || !strings.HasPrefix(text, "ok\nlock: in order\n") {
		t.Errorf("got %q, %v", text, err)
	}
	if _, err := Probe(t.Context(), socket, "healthz"); err == nil || err.Error() != dead.Error() {
		t.Errorf("liveness: %v", err)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// counting counts the connections that are held.
type counting struct {
	net.Listener

	held, most atomic.Int32
}

func (c *counting) Accept() (net.Conn, error) {
	conn, err := c.Listener.Accept()
	if err == nil {
		c.most.Store(max(c.most.Load(), c.held.Add(1)))
	}
	return &counted{conn, sync.OnceFunc(func() { c.held.Add(-1) })}, err
}

type counted struct {
	net.Conn

	closed func()
}

func (c *counted) Close() error {
	c.closed()
	return c.Conn.Close()
}

func TestIdleConnectionsAreBounded(t *testing.T) {
	tcp, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listener := &counting{Listener: tcp}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- Serve(ctx, listener, http.NotFoundHandler()) }()
	var last net.Conn
	for range 4 * connections {
		if last, err = new(net.Dialer).DialContext(t.Context(), "tcp", tcp.Addr().String()); err != nil {
			t.Fatal(err)
		}
		defer last.Close()
	}
	if err := last.SetReadDeadline(time.Now().Add(200 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	if n, err := last.Read(make([]byte, 1)); n > 0 || !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("one beyond the bound got %d bytes and %v", n, err)
	}
	if most := listener.most.Load(); most > connections {
		t.Errorf("%d connections of %d are held", most, 4*connections)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
