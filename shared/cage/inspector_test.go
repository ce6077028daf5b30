package cage

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// privateMounts is set where a test may mount.
const privateMounts = "CAGE_TEST_PRIVATE_MOUNTS"

func TestMessagesThatLeaveWithPrivateMounts(t *testing.T) {
	newNetNS(t) // skips without the rights
	runAgain(t, "^TestMessagesThatLeave$", func(cmd *exec.Cmd) {
		cmd.Env = append(cmd.Env, privateMounts+"=1")
		cmd.SysProcAttr = &syscall.SysProcAttr{Unshareflags: syscall.CLONE_NEWNS}
	})
}

// TestMessagesThatLeave runs lines that only the parser used to stop: each works
// in the pod's netns for whoever has CAP_NET_ADMIN there and on the host.
func TestMessagesThatLeave(t *testing.T) {
	if os.Getenv(privateMounts) == "" {
		t.Skip("TestMessagesThatLeaveWithPrivateMounts runs it where it may mount")
	}
	// HOST is a file that is the host's netns, INDEX one of its devices.
	for _, line := range []string{
		"link set v0 netns HOST",
		"link set v0 name v2 mtu 1400 netns HOST",
		"link add x0 netns HOST type bridge",
		"link add x0 type veth peer name x1 netns HOST",
		"link add x0 netns HOST type veth peer name x1",
		"link add x0 link ifINDEX link-netnsid 0 type macvlan",
		"link add x0 link-netnsid 0 type vxlan id 7 dstport 4789",
	} {
		t.Run(line, func(t *testing.T) {
			pod, host, names := podAndHost(t)
			argv := words(names.Replace(line))
			before := links(t, pod) + links(t, host)
			o := run(t, openCage(t, pod, ipCommand(t), NetAdmin), argv...)
			if o.Refused == nil || o.ExitCode == 0 {
				t.Errorf("it was not refused: exit code %d: %s", o.ExitCode, o.Stderr.Kept)
			}
			t.Log(o.Refused)
			if after := links(t, pod) + links(t, host); after != before {
				t.Errorf("it left the netns: %s", difference(before, after))
			}
			uncaged(t, pod, argv...)
			if after := links(t, pod) + links(t, host); after == before {
				t.Error("it is harmless outside the cage too: choose another line")
			}
		})
	}
}

// podAndHost are two netns that a veth joins, so that the host's has an id in
// the pod's.
func podAndHost(t *testing.T) (pod, host int, names *strings.Replacer) {
	t.Helper()
	pod, host = newNetNS(t), newNetNS(t)
	path := filepath.Join(publicDir(t), "host")
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := unix.Mount(fmt.Sprintf("/proc/self/fd/%d", host), path, "", unix.MS_BIND, ""); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Unmount(path, unix.MNT_DETACH) })
	uncaged(t, host, "link", "add", "index", "99", "name", "h0", "type", "bridge")
	uncaged(t, pod, "link", "add", "v0", "type", "veth", "peer", "name", "v1", "netns", path)
	links(t, pod) // the dump gives the id
	return pod, host, strings.NewReplacer("HOST", path, "INDEX", "99")
}

func links(t *testing.T, ns int) string { return carrier.Replace(uncaged(t, ns, "-o", "link")) }

// uncaged runs the real `ip` with all this process's rights.
func uncaged(t *testing.T, ns int, argv ...string) string {
	t.Helper()
	var out []byte
	failed := make(chan error)
	go func() {
		runtime.LockOSThread() // never unlocked: the thread ends here
		err := unix.Setns(ns, unix.CLONE_NEWNET)
		if err == nil {
			out, err = exec.Command(ipCommand(t), argv...).CombinedOutput()
		}
		failed <- err
	}()
	if err := <-failed; err != nil {
		t.Fatalf("%v without a cage: %v: %s", argv, err, out)
	}
	return string(out)
}

// TestHostileSenders sends what `ip` never would, and as it never would.
func TestHostileSenders(t *testing.T) {
	ns := newNetNS(t)
	tests := []struct {
		how         string
		read, leave unix.Errno
	}{
		{"sendto", 0, unix.EPERM},
		{"sendmsg", 0, unix.EPERM},
		{"split", 0, unix.EPERM},
		{"write", 0, unix.EPERM},
		{"writev", 0, unix.EPERM},
		{"many parts", unix.EPERM, unix.EPERM},
		{"long", unix.EPERM, unix.EPERM},
		{"no message", unix.EPERM, unix.EPERM},
		{"no header", unix.EPERM, unix.EPERM},
		{"no vector", unix.EPERM, unix.EPERM},
		{"no socket", unix.EPERM, unix.EPERM},
		// Not for the inspector: the kernel has no route and no right to write.
		{"UDP", unix.ENETUNREACH, unix.ENETUNREACH},
		{"a file", unix.EBADF, unix.EBADF},
	}
	for _, p := range []Privilege{None, NetAdmin} {
		c := openCage(t, ns, probe(t), p)
		for _, tt := range tests {
			t.Run(p.String()+"/"+tt.how, func(t *testing.T) {
				if got := errno(t, c, "send", tt.how, "read"); got != tt.read {
					t.Errorf("a read: %v, want %v", got, tt.read)
				}
				if got := errno(t, c, "send", tt.how, "leave"); got != tt.leave {
					t.Errorf("what leaves: %v, want %v", got, tt.leave)
				}
			})
		}
	}
}

// TestWithoutPrivilegeOnlyReadsAreSent: that a read changes nothing rests on two
// walls, the capability that it lacks and the messages that it may not send.
func TestWithoutPrivilegeOnlyReadsAreSent(t *testing.T) {
	c := openCage(t, laboratory(t), ipCommand(t), None)
	for _, line := range []string{
		"link set v0 mtu 1400", "link add br1 type bridge", "link del v0", "link property add dev v0 altname x",
		"addr add 192.0.2.1/24 dev v0", "route add 192.0.2.0/24 dev v0", "rule add pref 9 lookup 9",
		"neigh add 192.0.2.9 lladdr 02:00:00:00:00:09 dev v0", "ntable change name arp_cache dev v0 queue 9",
		"addrlabel add prefix 2001:db8::/32 label 9", "nexthop add id 5 dev v0", "token set ::5 dev v0", "xfrm state flush",
	} {
		if o := run(t, c, words(line)...); o.Refused == nil || !strings.Contains(o.Refused.Error(), "not a read") {
			t.Errorf("%s: refused: %v; exit code %d: %s", line, o.Refused, o.ExitCode, o.Stderr.Kept)
		}
	}
	for _, line := range []string{
		"-d -s link", "link show dev v0", "link show type veth", "addr", "-6 addr", "route show table all",
		"rule", "neigh", "neigh show proxy", "ntable", "addrlabel", "nexthop", "netconf", "token", "maddr", "stats show dev v0",
	} {
		if o := run(t, c, words(line)...); o.Refused != nil || o.ExitCode != 0 {
			t.Errorf("%s: refused: %v; exit code %d: %s", line, o.Refused, o.ExitCode, o.Stderr.Kept)
		}
	}
}

// TestHarmlessLinesAreNotRefused runs what the parser's tests hold harmless.
func TestHarmlessLinesAreNotRefused(t *testing.T) {
	text, err := os.ReadFile("../ipcmd/testdata/harmless.txt")
	if err != nil {
		t.Fatal(err)
	}
	c := openCage(t, laboratory(t), ipCommand(t), NetAdmin)
	done := 0
	for line := range strings.Lines(string(text)) {
		o := run(t, c, words(line)...)
		if o.Refused != nil {
			t.Errorf("%s: %v", line, o.Refused)
		}
		if o.ExitCode == 0 {
			done++
		}
	}
	if done < 60 {
		t.Errorf("only %d lines did anything: does the test still send messages?", done)
	}
}

// TestKilledWhileItWaits: a command that waits for the inspector can be ended.
func TestKilledWhileItWaits(t *testing.T) {
	c := openCage(t, newNetNS(t), probe(t), NetAdmin)
	p := c.Start([]string{"send", "sendto", "read"})
	if err := <-p.started; err != nil {
		t.Fatal(err)
	}
	defer p.out.close()
	waits := []unix.PollFd{{Fd: int32(c.listener), Events: unix.POLLIN}}
	n, err := unix.Poll(waits, 10_000)
	unix.Kill(p.pid, unix.SIGKILL)
	if n != 1 {
		t.Errorf("it does not wait: %v", err)
	}
	if status, err := reap(p.pid); err != nil || status.Signal() != unix.SIGKILL {
		t.Errorf("status %#x, %v", status, err)
	}
	succeed(t, c, "send", "sendto", "read") // the call that nobody judged is gone
}

func TestRunTellsTheFirstRefusal(t *testing.T) {
	c := openCage(t, newNetNS(t), ipCommand(t), NetAdmin)
	o := run(t, c, words("link set lo netns 1")...)
	const want = "RTM_NEWLINK: attribute 19 is not allowed"
	if o.Refused == nil || !strings.Contains(o.Refused.Error(), want) || errors.Unwrap(o.Refused) == nil {
		t.Errorf("refused: %v, want %q", o.Refused, want)
	}
	if o := run(t, c, "link"); o.Refused != nil {
		t.Errorf("the next command: %v", o.Refused)
	}
}
