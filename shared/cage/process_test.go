package cage

import (
	"errors"
	"os"
	"strings"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"
)

// waits returns when a command of the cage waits in a call.
func waits(t *testing.T, c *Cage) {
	t.Helper()
	fds := []unix.PollFd{{Fd: int32(c.listener), Events: unix.POLLIN}}
	if n, err := unix.Poll(fds, 10_000); n != 1 {
		t.Fatalf("no command waits: %v", err)
	}
}

func TestStartedCommandWaitsForItsTurn(t *testing.T) {
	ns, ip := newNetNS(t), ipCommand(t)
	c, observer := openCage(t, ns, ip, NetAdmin), openCage(t, ns, ip, None)
	mtu := func() string {
		_, rest, _ := strings.Cut(succeed(t, observer, "link", "show", "dev", "lo"), " mtu ")
		return strings.Fields(rest)[0]
	}
	first := c.Start(words("link set lo mtu 1401"))
	waits(t, c)
	second := c.Start(words("link set lo mtu 1402"))
	unwanted := c.Start(words("link set lo mtu 1403"))
	if got := mtu(); got != "65536" {
		t.Errorf("before any turn the MTU is %s", got)
	}
	for _, step := range []struct {
		command *Process
		want    string
	}{{second, "1402"}, {first, "1401"}} { // in the order of their turns
		if o, err := step.command.Run(t.Context()); err != nil || o.ExitCode != 0 {
			t.Fatalf("%+v, %v", o, err)
		}
		if got := mtu(); got != step.want {
			t.Errorf("the MTU is %s, want %s", got, step.want)
		}
	}
	unwanted.Cancel()
	if got := mtu(); got != "1401" {
		t.Errorf("after a command that was cancelled the MTU is %s", got)
	}
	if len(c.held) > 0 {
		t.Errorf("calls of %d commands are held for ever", len(c.held))
	}
	if pids := commandsOf(t, os.Getpid()); len(pids) > 0 {
		t.Errorf("processes %v are left", pids)
	}
}

// All by which a command could ask the netns something or change it comes behind
// one of these calls.
func TestFirstCallIntoTheNetnsWaits(t *testing.T) {
	prog := filter(NetAdmin)
	dgram := uint64(unix.SOCK_DGRAM | unix.SOCK_CLOEXEC)
	for name, call := range map[string]syscallData{
		"rtnetlink":      {call: unix.SYS_SOCKET, args: [6]uint64{unix.AF_NETLINK, unix.SOCK_RAW, unix.NETLINK_ROUTE}},
		"xfrm":           {call: unix.SYS_SOCKET, args: [6]uint64{unix.AF_NETLINK, unix.SOCK_RAW, unix.NETLINK_XFRM}},
		"for ioctls":     {call: unix.SYS_SOCKET, args: [6]uint64{unix.AF_INET, dgram, 0}},
		"for ioctls, v6": {call: unix.SYS_SOCKET, args: [6]uint64{unix.AF_INET6, dgram, 0}},
		"/dev/net/tun":   {call: unix.SYS_OPENAT, args: [6]uint64{0, 0, unix.O_RDWR}},
		"a sysctl":       {call: unix.SYS_OPENAT, args: [6]uint64{0, 0, unix.O_WRONLY}},
	} {
		call.arch = auditArch
		if got := evaluate(t, prog, call); got != inspect {
			t.Errorf("%s: answer %#x", name, got)
		}
	}
}

func TestCommandThatNeverStartedEnds(t *testing.T) {
	c := openCage(t, newNetNS(t), "/nowhere/ip", None)
	p := c.Start(words("link"))
	if _, err := p.Run(t.Context()); err == nil {
		t.Error("ran what is not there")
	}
	c.Start(words("link")).Cancel()
}

func TestClosedCageGivesNoTurn(t *testing.T) {
	c := openCage(t, newNetNS(t), ipCommand(t), NetAdmin)
	held, unwanted := c.Start(words("link show dev lo")), c.Start(words("link show dev lo"))
	waits(t, c)
	c.Close()
	if o, err := held.Run(t.Context()); !errors.Is(err, errClosed) {
		t.Errorf("%+v, %v", o, err)
	}
	unwanted.Cancel()
	c.Start(words("link show dev lo")).Cancel()
	if pids := commandsOf(t, os.Getpid()); len(pids) > 0 {
		t.Errorf("processes %v are left", pids)
	}
}

// Its call is void then, whether or not an inspector has received it.
func TestCommandThatIsKilledBeforeItsTurn(t *testing.T) {
	for name, received := range map[string]bool{"received": true, "not received": false} {
		t.Run(name, func(t *testing.T) {
			c := openCage(t, newNetNS(t), ipCommand(t), NetAdmin)
			p := c.Start(words("link set lo mtu 1401"))
			waits(t, c)
			if received {
				succeed(t, c, "link", "show", "dev", "lo")
			}
			for _, pid := range commandsOf(t, os.Getpid()) {
				unix.Kill(pid, unix.SIGKILL)
			}
			if o, err := p.Run(t.Context()); err != nil || o.Signal != unix.SIGKILL || o.TimedOut || o.Refused != nil {
				t.Errorf("%+v, %v", o, err)
			}
			if lo := succeed(t, c, "link", "show", "dev", "lo"); !strings.Contains(lo, "mtu 65536 ") || len(c.held) > 0 {
				t.Errorf("%d calls are held, and lo is %s", len(c.held), lo)
			}
		})
	}
}

// The inspector cannot read what a dead command was about to send. That it was
// killed is the story then, not that it was refused something.
func TestNothingIsRefusedToTheDead(t *testing.T) {
	c := openCage(t, newNetNS(t), probe(t), NetAdmin)
	p := c.Start([]string{"send", "sendto", "read"})
	if err := <-p.started; err != nil {
		t.Fatal(err)
	}
	defer p.end()
	pidfd, err := unix.PidfdOpen(p.pid, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(pidfd)
	i := inspector{listener: c.listener, held: c.held, pid: p.pid, pidfd: pidfd}
	waits(t, c)
	if err := i.serve(); err != nil { // it makes its socket
		t.Fatal(err)
	}
	waits(t, c)
	var n notification
	if errno := notifyIoctl(c.listener, unix.SECCOMP_IOCTL_NOTIF_RECV, unsafe.Pointer(&n)); errno != 0 {
		t.Fatal(errno)
	}
	died := watch(t, p.pid)
	unix.Kill(p.pid, unix.SIGKILL)
	died()
	if err := i.answer(&n); err != nil || i.refused != nil {
		t.Errorf("%v, refused: %v", err, i.refused)
	}
}

// A freezer or a debugger does that: the kernel takes the call back, and the
// command makes it again.
func TestCommandThatIsInterruptedBeforeItsTurn(t *testing.T) {
	c := openCage(t, newNetNS(t), ipCommand(t), NetAdmin)
	p := c.Start(words("link set lo mtu 1401"))
	waits(t, c)
	succeed(t, c, "link", "show", "dev", "lo") // whose inspector receives the call
	pids := commandsOf(t, os.Getpid())
	if len(pids) != 1 {
		t.Fatalf("the commands are %v", pids)
	}
	unix.Kill(pids[0], unix.SIGSTOP)
	unix.Kill(pids[0], unix.SIGCONT)
	if o, err := p.Run(t.Context()); err != nil || o.ExitCode != 0 || o.Refused != nil {
		t.Fatalf("%+v, %v", o, err)
	}
	if lo := succeed(t, c, "link", "show", "dev", "lo"); !strings.Contains(lo, "mtu 1401 ") {
		t.Errorf("lo is %s", lo)
	}
}
