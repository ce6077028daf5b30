package cage

import (
	"os"
	"strings"
	"testing"

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

// All by which a command could look at the netns or change it comes behind one of
// these calls.
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
	c.Close()
	closed := c.Start(words("link"))
	closed.Cancel()
}
