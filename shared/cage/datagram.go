package cage

import (
	"fmt"
	"unsafe"

	"golang.org/x/sys/unix"
)

// What `ip` sends has one or two parts, and 12 KiB at the most.
const (
	maxParts    = 16
	maxDatagram = 32 << 10
)

// sends tells the calls that may carry a message from those in which a command
// only waits for its turn.
func sends(call int32) bool {
	switch call {
	case unix.SYS_SENDTO, unix.SYS_SENDMSG, unix.SYS_WRITE, unix.SYS_WRITEV:
		return true
	}
	return false
}

// datagram reads what a call is about to send from the memory of the command.
func (i *inspector) datagram(n *notification) ([]byte, error) {
	parts, err := i.parts(n)
	if err != nil {
		return nil, err
	}
	total := 0
	for _, p := range parts {
		if p.Len < 0 || p.Len > maxDatagram-total {
			return nil, fmt.Errorf("it is longer than %d bytes", maxDatagram)
		}
		total += p.Len
	}
	b := make([]byte, total)
	return b, i.read(b, parts)
}

// parts is where in the command's memory the datagram is.
func (i *inspector) parts(n *notification) ([]unix.RemoteIovec, error) {
	address, length := uintptr(n.args[1]), uintptr(n.args[2])
	switch n.call {
	case unix.SYS_SENDMSG:
		return i.header(address)
	case unix.SYS_WRITEV:
		return i.vector(address, length)
	}
	return remote(address, length), nil // sendto and write
}

// header reads a struct msghdr, and what it points to. Not a unix.Msghdr: Go's
// garbage collector must not see pointers of another process.
func (i *inspector) header(address uintptr) ([]unix.RemoteIovec, error) {
	var h struct {
		name       uintptr
		nameLength uint32
		_          uint32
		vector     uintptr
		length     uintptr
	}
	if err := i.read(bytesOf(&h), remote(address, unsafe.Sizeof(h))); err != nil {
		return nil, err
	}
	return i.vector(h.vector, h.length)
}

// vector reads an array of struct iovec, which unix.RemoteIovec is.
func (i *inspector) vector(address, length uintptr) ([]unix.RemoteIovec, error) {
	var parts [maxParts]unix.RemoteIovec
	if length > maxParts {
		return nil, fmt.Errorf("it has %d parts", length)
	}
	size := length * unsafe.Sizeof(parts[0])
	if err := i.read(bytesOf(&parts)[:size], remote(address, size)); err != nil {
		return nil, err
	}
	return parts[:length], nil
}

func remote(address, length uintptr) []unix.RemoteIovec {
	return []unix.RemoteIovec{{Base: address, Len: int(length)}}
}

// bytesOf is the memory of a value without pointers.
func bytesOf[T any](v *T) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(v)), unsafe.Sizeof(*v))
}

// read fills b.
func (i *inspector) read(b []byte, from []unix.RemoteIovec) error {
	if len(b) == 0 {
		return nil
	}
	into := []unix.Iovec{{Base: &b[0]}}
	into[0].SetLen(len(b))
	n, err := unix.ProcessVMReadv(i.pid, into, from, 0)
	if err != nil {
		return fmt.Errorf("process_vm_readv: %w", err)
	}
	if n != len(b) {
		return fmt.Errorf("only %d of %d bytes are in its memory", n, len(b))
	}
	return nil
}
