package world

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netns"
	"golang.org/x/sys/unix"
)

// eyes see one netns: everything in it that ip can change, as lines of text.
// They ask the kernel themselves, so that no ip has to be believed.
type eyes struct {
	sockets [unix.NETLINK_GENERIC + 1]int // by protocol
	buffer  []byte
}

func openEyes() (*eyes, error) {
	e := &eyes{buffer: make([]byte, 64<<10)}
	for _, protocol := range [...]int{unix.NETLINK_ROUTE, unix.NETLINK_XFRM, unix.NETLINK_GENERIC} {
		fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC, protocol)
		if err != nil {
			return nil, fmt.Errorf("opening a netlink socket: %w", err)
		}
		e.sockets[protocol] = fd
		if err := unix.SetsockoptInt(fd, unix.SOL_NETLINK, unix.NETLINK_GET_STRICT_CHK, 1); err != nil {
			return nil, fmt.Errorf("asking for strict dumps: %w", err)
		}
	}
	return e, nil
}

func (e *eyes) close() {
	for _, protocol := range [...]int{unix.NETLINK_ROUTE, unix.NETLINK_XFRM, unix.NETLINK_GENERIC} {
		unix.Close(e.sockets[protocol])
	}
}

// numberFamilies asks for the numbers of the families of generic netlink. Those
// that this kernel does not have keep 0.
func numberFamilies() error {
	here, err := netns.Get()
	if err != nil {
		return err
	}
	defer here.Close()
	h, err := netlink.NewHandleAt(here, unix.NETLINK_GENERIC)
	if err != nil {
		return fmt.Errorf("opening a netlink socket: %w", err)
	}
	defer h.Close()
	for i := range dumps {
		d := &dumps[i]
		if d.genl == "" {
			continue
		}
		if family, err := h.GenlFamilyGet(d.genl); err == nil {
			d.kind = family.ID
		}
	}
	return nil
}

// look returns the state of the netns, which the space is in.
func (e *eyes) look(in *space) (lines []string, err error) {
	for i := range dumps {
		answers, err := e.ask(&dumps[i])
		if err != nil {
			return nil, fmt.Errorf("asking for %s: %w", dumps[i].name, err)
		}
		lines = append(lines, answers...)
	}
	err = in.do(func() error {
		maddrs, err := linkMulticast()
		lines = append(lines, maddrs...)
		return err
	})
	return lines, err
}

// ask asks again when something changed meanwhile.
func (e *eyes) ask(d *dump) ([]string, error) {
	if d.kind == 0 {
		return nil, nil
	}
	for range 10 {
		lines, err := e.askOnce(d)
		switch {
		case errors.Is(err, errInterrupted):
			continue
		case err != nil && d.optional:
			return nil, nil
		}
		return lines, err
	}
	return nil, errors.New("it never stands still")
}

var errInterrupted = errors.New("the dump was interrupted")

func (e *eyes) askOnce(d *dump) (lines []string, err error) {
	fd := e.sockets[d.protocol]
	if err := unix.Sendto(fd, d.message(), 0, &unix.SockaddrNetlink{Family: unix.AF_NETLINK}); err != nil {
		return nil, err
	}
	var interrupted error
	for {
		n, _, err := unix.Recvfrom(fd, e.buffer, 0)
		if err != nil {
			return nil, err
		}
		for b := e.buffer[:n]; len(b) >= unix.SizeofNlMsghdr; {
			length := int(binary.NativeEndian.Uint32(b))
			kind, flags := binary.NativeEndian.Uint16(b[4:]), binary.NativeEndian.Uint16(b[6:])
			body := b[unix.SizeofNlMsghdr:length]
			if flags&unix.NLM_F_DUMP_INTR != 0 {
				interrupted = errInterrupted
			}
			if kind == unix.NLMSG_DONE || kind == unix.NLMSG_ERROR {
				if errno := -int32(binary.NativeEndian.Uint32(body)); errno > 0 {
					return nil, syscall.Errno(errno)
				}
				return lines, interrupted
			}
			if line, ok := d.line(body); ok {
				lines = append(lines, line)
			}
			b = b[min(len(b), (length+3)&^3):]
		}
	}
}

// message is the request. Without NLM_F_DUMP, an acknowledgement ends the answer.
func (d *dump) message() []byte {
	m := make([]byte, unix.SizeofNlMsghdr, 64)
	binary.NativeEndian.PutUint32(m, uint32(unix.SizeofNlMsghdr+len(d.request)))
	binary.NativeEndian.PutUint16(m[4:], d.kind)
	flags := unix.NLM_F_REQUEST | unix.NLM_F_DUMP
	if d.single {
		flags = unix.NLM_F_REQUEST | unix.NLM_F_ACK
	}
	binary.NativeEndian.PutUint16(m[6:], uint16(flags))
	return append(m, d.request...)
}

// linkMulticast returns the link-layer multicast addresses of this thread's
// netns, which netlink does not tell, without those that the kernel keeps for
// IPv6 on its own.
func linkMulticast() (lines []string, err error) {
	text, err := os.ReadFile("/proc/thread-self/net/dev_mcast")
	for line := range strings.Lines(string(text)) {
		fields := strings.Fields(line)
		if !strings.HasPrefix(fields[len(fields)-1], "3333") {
			lines = append(lines, "maddr "+strings.Join(fields[1:], " "))
		}
	}
	return lines, err
}
