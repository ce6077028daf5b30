package daemon

import (
	"context"
	"errors"
	"fmt"
	"io"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// conn is the client's end: a socket that blocks, with a deadline for all that
// is done to it. Package net would do the same, but it starts a poller and wakes
// threads, for which an ADD is too short (docs/decisions/0007-price-of-an-add.md).
type conn struct {
	fd       int
	deadline time.Time
}

func dial(path string, deadline time.Time) (*conn, error) {
	fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("make a socket: %w", err)
	}
	c := &conn{fd, deadline}
	// Where the server's backlog is full, connect waits like a write does.
	err = c.patiently(unix.SO_SNDTIMEO, func() error { return unix.Connect(fd, &unix.SockaddrUnix{Name: path}) })
	if err != nil {
		c.Close()
		return nil, fmt.Errorf("connect to %s: %w", path, err)
	}
	return c, nil
}

// patiently makes a system call that ends with the deadline. The kernel counts
// anew for each call, so what is left is told ahead of each: a server that
// drips gains nothing.
func (c *conn) patiently(option int, call func() error) error {
	for {
		left := time.Until(c.deadline)
		if left < time.Microsecond { // the kernel takes 0 for "without end"
			return context.DeadlineExceeded
		}
		timeout := unix.NsecToTimeval(left.Nanoseconds())
		if err := unix.SetsockoptTimeval(c.fd, unix.SOL_SOCKET, option, &timeout); err != nil {
			return err
		}
		// A socket that blocks has EAGAIN for a timeout alone; Go's runtime
		// interrupts with signals.
		if err := call(); !errors.Is(err, unix.EAGAIN) && !errors.Is(err, unix.EINTR) {
			return err
		}
	}
}

// Write is what io.Writer asks for. Like Read it goes through package syscall,
// which tells the race detector that one end's writes come before the other's reads.
func (c *conn) Write(b []byte) (written int, err error) {
	for written < len(b) && err == nil {
		err = c.patiently(unix.SO_SNDTIMEO, func() error {
			n, err := syscall.Write(c.fd, b[written:])
			written += max(n, 0)
			return err
		})
	}
	return written, err
}

// CloseWrite lets the server see the end of the request.
func (c *conn) CloseWrite() error { return unix.Shutdown(c.fd, unix.SHUT_WR) }

// Read is what io.Reader asks for.
func (c *conn) Read(b []byte) (n int, err error) {
	err = c.patiently(unix.SO_RCVTIMEO, func() (err error) { n, err = syscall.Read(c.fd, b); return err })
	switch {
	case err != nil:
		return 0, err
	case n == 0 && len(b) > 0:
		return 0, io.EOF
	}
	return n, nil
}

// Close hangs up.
func (c *conn) Close() error { return unix.Close(c.fd) }
