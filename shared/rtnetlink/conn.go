package rtnetlink

import (
	"encoding/binary"
	"errors"
	"fmt"
	"runtime"

	"golang.org/x/sys/unix"

	"github.com/chainsaw-cni/chainsaw/shared/nlmsg"
)

// Conn asks the kernel about one netns. It is not for several goroutines.
type Conn struct {
	fd       int
	sequence uint32
	buffer   []byte
}

// maxDatagram is more than the kernel puts into one: it fills dumps up to 32 KiB,
// and a device with all the altnames that it can have takes just below 64 KiB.
const maxDatagram = 128 << 10

// Open connects to the netns of descriptor ns, which is only used meanwhile. What
// is connected to the kernel nobody else can send to, or fill with messages: a
// command with CAP_NET_ADMIN could otherwise.
func Open(ns int) (*Conn, error) {
	fd, err := socketIn(ns)
	if err != nil {
		return nil, fmt.Errorf("opening rtnetlink in the netns: %w", err)
	}
	if err := unix.Connect(fd, &unix.SockaddrNetlink{Family: unix.AF_NETLINK}); err != nil {
		unix.Close(fd)
		return nil, fmt.Errorf("opening rtnetlink in the netns: connect to the kernel: %w", err)
	}
	return &Conn{fd: fd, buffer: make([]byte, maxDatagram)}, nil
}

// Close closes the connection.
func (c *Conn) Close() error { return unix.Close(c.fd) }

// socketIn makes a socket, which stays in the netns where it was made, and brings
// the thread back. On a thread that cannot go back no other goroutine runs, and it
// ends with the caller's.
func socketIn(ns int) (fd int, err error) {
	runtime.LockOSThread()
	own, err := unix.Open("/proc/thread-self/ns/net", unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		runtime.UnlockOSThread()
		return -1, fmt.Errorf("open the own netns: %w", err)
	}
	defer unix.Close(own)
	if err := unix.Setns(ns, unix.CLONE_NEWNET); err != nil {
		runtime.UnlockOSThread()
		return -1, fmt.Errorf("enter it: %w", err)
	}
	fd, err = unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC, unix.NETLINK_ROUTE)
	if err := unix.Setns(own, unix.CLONE_NEWNET); err != nil {
		unix.Close(fd)
		return -1, fmt.Errorf("leave it: %w", err)
	}
	runtime.UnlockOSThread()
	if err != nil {
		return -1, fmt.Errorf("make a socket: %w", err)
	}
	return fd, nil
}

// errInterrupted says that something changed during a dump, so that it may lack
// what was there all the time.
var errInterrupted = errors.New("what was listed kept changing")

// dump lists all of something; parse tells what of it is wanted.
func dump[T any](c *Conn, kind uint16, request []byte, parse func([]byte) (T, bool)) (list []T, err error) {
	for range 5 {
		list = list[:0]
		err = c.ask(kind, unix.NLM_F_DUMP, request, func(message []byte) {
			if one, ok := parse(message); ok {
				list = append(list, one)
			}
		})
		if !errors.Is(err, errInterrupted) {
			break
		}
	}
	return list, err
}

// ask sends a request and hands each message of the answer to take.
func (c *Conn) ask(kind, flags uint16, request []byte, take func(message []byte)) error {
	c.sequence++
	header := nlmsg.Header{Kind: kind, Flags: unix.NLM_F_REQUEST | flags, Sequence: c.sequence}
	message := append(nlmsg.AppendHeader(nil, header, len(request)), request...)
	if _, err := unix.Write(c.fd, message); err != nil {
		return fmt.Errorf("send to the kernel: %w", err)
	}
	a := answer{sequence: c.sequence, take: take}
	for !a.complete {
		datagram, err := c.receive()
		if err == nil {
			err = a.add(datagram)
		}
		if err != nil {
			return err
		}
	}
	if a.interrupted {
		return errInterrupted
	}
	return nil
}

// receive returns what the kernel sent, and passes over what somebody else did
// while the socket had a port but was not connected yet.
func (c *Conn) receive() ([]byte, error) {
	for {
		n, from, err := unix.Recvfrom(c.fd, c.buffer, unix.MSG_TRUNC)
		if errors.Is(err, unix.EINTR) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("receive from the kernel: %w", err)
		}
		if sender, ok := from.(*unix.SockaddrNetlink); !ok || sender.Pid != 0 {
			continue
		}
		if n > len(c.buffer) {
			return nil, fmt.Errorf("the kernel's answer has %d bytes, more than %d", n, len(c.buffer))
		}
		return c.buffer[:n], nil
	}
}

// answer is what has come in answer to a request.
type answer struct {
	sequence    uint32
	take        func(message []byte)
	complete    bool
	interrupted bool
}

func (a *answer) add(datagram []byte) error {
	for header, payload := range nlmsg.Messages(datagram) {
		if header.Sequence != a.sequence {
			continue // of a request that was given up
		}
		a.interrupted = a.interrupted || header.Flags&unix.NLM_F_DUMP_INTR != 0
		a.complete = header.Flags&unix.NLM_F_MULTI == 0
		switch header.Kind {
		case unix.NLMSG_DONE, unix.NLMSG_ERROR:
			a.complete = true
			return errorOf(payload)
		}
		a.take(payload)
	}
	return nil
}

// errorOf is that of NLMSG_ERROR, and of the NLMSG_DONE of a dump that failed.
func errorOf(payload []byte) error {
	if len(payload) < 4 {
		return nil
	}
	if code := int32(binary.NativeEndian.Uint32(payload)); code != 0 {
		return unix.Errno(-code)
	}
	return nil
}
