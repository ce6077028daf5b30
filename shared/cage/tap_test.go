package cage

import (
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// TestTapWithoutOwner runs TestTapInNamespace where everybody may open
// /dev/net/tun, as on usual hosts, without changing this one.
func TestTapWithoutOwner(t *testing.T) {
	newNetNS(t) // skips without the rights
	runAgain(t, "^TestTapInNamespace$", func(cmd *exec.Cmd) {
		cmd.Env = append(cmd.Env, tapVariable+"=1")
		cmd.SysProcAttr = &syscall.SysProcAttr{Unshareflags: syscall.CLONE_NEWNS}
	})
}

const tapVariable = "CAGE_TEST_TAP"

func TestTapInNamespace(t *testing.T) {
	if os.Getenv(tapVariable) == "" {
		t.Skip("TestTapWithoutOwner runs it in a mount namespace")
	}
	device := publicDir(t) + "/tun"
	if err := unix.Mknod(device, unix.S_IFCHR|0o666, int(unix.Mkdev(10, 200))); err != nil {
		t.Skipf("no right to make a device: run as root: %v", err)
	}
	if err := os.Chmod(device, 0o666); err != nil {
		t.Fatal(err)
	}
	if err := unix.Mount(device, "/dev/net/tun", "", unix.MS_BIND, ""); err != nil {
		t.Skipf("no /dev/net/tun: %v", err)
	}
	ns := newNetNS(t)
	none := openCage(t, ns, ipCommand(t), None)
	admin := openCage(t, ns, ipCommand(t), NetAdmin)
	add, del := words("tuntap add dev tap0 mode tap"), words("tuntap del dev tap0 mode tap")

	if o := run(t, none, add...); o.ExitCode == 0 {
		t.Error("no privilege made a tap")
	}
	succeed(t, admin, add...)
	if o := run(t, none, del...); o.ExitCode == 0 {
		t.Error("no privilege could attach to a tap without an owner")
	}
	if got := succeed(t, admin, "link", "show", "dev", "tap0"); !strings.Contains(got, "tap0") {
		t.Errorf("no privilege removed a tap without an owner: %s", got)
	}
	succeed(t, admin, del...)
}
