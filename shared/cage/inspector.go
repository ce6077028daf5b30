package cage

import (
	"cmp"
	"fmt"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/chainsaw-cni/chainsaw/shared/netlinkwall"
)

// inspector judges what one command sends, by package netlinkwall. The command
// waits in its system call meanwhile (seccomp_unotify(2)). It also waits where it
// makes a socket or opens a file to write: there is nothing to judge, but a
// command whose turn is yet to come gets no further.
//
// When the inspector agrees, the kernel copies the message again, so a process
// could swap it in between. A command cannot: it is one thread, which waits;
// the filter lets it have no other, and no other process has its memory or uid.
type inspector struct {
	listener int                  // of the cage's filter
	held     map[int]notification // calls of other commands
	pid      int                  // of the command, which nobody reaps before the inspector is done
	pidfd    int
	wall     netlinkwall.Wall
	refused  error // why, the first time
}

// notification is struct seccomp_notif. Its size is a part of the ioctl's
// number, so no kernel writes more.
type notification struct {
	id         uint64
	pid, flags uint32
	call       int32
	arch       uint32
	ip         uint64
	args       [6]uint64
}

// response is struct seccomp_notif_resp.
type response struct {
	id    uint64
	value int64
	errno int32
	flags uint32
}

// release answers the call in which the command waits for its turn, if another
// one's inspector has received it.
func (i *inspector) release() error {
	n, waits := i.held[i.pid]
	if !waits {
		return nil
	}
	delete(i.held, i.pid)
	return i.answer(&n)
}

// serve judges the call that is waiting.
func (i *inspector) serve() error {
	var n notification
	switch errno := notifyIoctl(i.listener, unix.SECCOMP_IOCTL_NOTIF_RECV, unsafe.Pointer(&n)); errno {
	case 0:
	case unix.EINTR, unix.ENOENT: // asked again, or killed
		return nil
	default:
		return fmt.Errorf("receive a call to judge: %w", errno)
	}
	if int(n.pid) != i.pid {
		i.held[int(n.pid)] = n
		return nil
	}
	return i.answer(&n)
}

func (i *inspector) answer(n *notification) error {
	answer := response{id: n.id, flags: unix.SECCOMP_USER_NOTIF_FLAG_CONTINUE}
	refusal := i.judge(n)
	if refusal != nil {
		answer = response{id: n.id, errno: -int32(unix.EPERM)}
	}
	switch errno := notifyIoctl(i.listener, unix.SECCOMP_IOCTL_NOTIF_SEND, unsafe.Pointer(&answer)); errno {
	case 0:
		i.refused = cmp.Or(i.refused, refusal)
	case unix.ENOENT: // killed, so there was nothing left to judge; or interrupted, and it calls again
	default:
		return fmt.Errorf("answer a call that was judged: %w", errno)
	}
	return nil
}

func notifyIoctl(fd int, request uintptr, arg unsafe.Pointer) unix.Errno {
	_, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), request, uintptr(arg))
	return errno
}

func (i *inspector) judge(n *notification) error {
	if !sends(n.call) {
		return nil
	}
	protocol, err := i.protocol(int(int32(n.args[0])))
	if err != nil {
		return fmt.Errorf("look at its descriptor: %w", err)
	}
	if protocol == notNetlink {
		return nil
	}
	datagram, err := i.datagram(n)
	if err != nil {
		return fmt.Errorf("read what it sends: %w", err)
	}
	return i.wall.Check(protocol, datagram)
}

// notNetlink is for files, and for the datagrams by which `ip -resolve` asks for
// names; other sockets the filter does not allow.
const notNetlink = -1

// protocol is that of the command's netlink socket.
func (i *inspector) protocol(fd int) (int, error) {
	own, err := unix.PidfdGetfd(i.pidfd, fd, 0)
	if err != nil {
		return 0, fmt.Errorf("pidfd_getfd: %w", err)
	}
	defer unix.Close(own)
	domain, err := unix.GetsockoptInt(own, unix.SOL_SOCKET, unix.SO_DOMAIN)
	switch {
	case err == unix.ENOTSOCK, err == nil && domain != unix.AF_NETLINK:
		return notNetlink, nil
	case err != nil:
		return 0, err
	}
	return unix.GetsockoptInt(own, unix.SOL_SOCKET, unix.SO_PROTOCOL)
}
