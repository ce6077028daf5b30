package podnetns

import (
	"errors"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// These tests need a PID 1 that may be looked at and has another netns. So they
// are run again as PID 1 of a PID namespace, and again below that in a netns.
const stageVariable = "PODNETNS_TEST_STAGE"

// runStage runs one test of this file in another process and passes its
// output and failure on.
func runStage(t *testing.T, test string, sys *syscall.SysProcAttr) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "/proc/self/exe", "-test.v", "-test.run=^"+test+"$")
	cmd.Env = append(os.Environ(), stageVariable+"="+test)
	cmd.SysProcAttr = sys
	out, err := cmd.CombinedOutput()
	if cmd.Process == nil {
		t.Skipf("no right to make namespaces: run as root or under unshare -Urnm: %v", err)
	}
	t.Log(string(out))
	if err != nil || !strings.Contains(string(out), "--- PASS: "+test) {
		t.Errorf("%s: %v", test, err)
	}
}

func skipUnlessStage(t *testing.T) {
	t.Helper()
	if os.Getenv(stageVariable) != t.Name() {
		t.Skip("another test runs it in namespaces")
	}
}

func TestPIDOneElsewhere(t *testing.T) {
	runStage(t, "TestAsPIDOne", &syscall.SysProcAttr{
		Cloneflags:   syscall.CLONE_NEWPID,
		Unshareflags: syscall.CLONE_NEWNS,
	})
}

func TestAsPIDOne(t *testing.T) {
	skipUnlessStage(t)
	if err := unix.Mount("proc", "/proc", "proc", 0, ""); err != nil {
		t.Fatal(err)
	}
	runStage(t, "TestBelowPIDOne", &syscall.SysProcAttr{Unshareflags: syscall.CLONE_NEWNET})
	runStage(t, "TestWithoutRights", &syscall.SysProcAttr{Unshareflags: syscall.CLONE_NEWNET})
	runStage(t, "TestWithoutNeed", nil)
}

// dropPtrace takes CAP_SYS_PTRACE from this goroutine's thread, so that PID 1,
// which has it, may not be looked at.
func dropPtrace(t *testing.T) {
	t.Helper()
	runtime.LockOSThread() // never unlocked: the thread ends with the test
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var data [2]unix.CapUserData
	if err := unix.Capget(&header, &data[0]); err != nil {
		t.Fatal(err)
	}
	data[0].Effective &^= 1 << unix.CAP_SYS_PTRACE
	if err := unix.Capset(&header, &data[0]); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat("/proc/1/ns/net"); !errors.Is(err, unix.EACCES) {
		t.Fatalf("PID 1 can be looked at: %v", err)
	}
}

func TestBelowPIDOne(t *testing.T) {
	skipUnlessStage(t)
	for _, path := range []string{"/proc/1/ns/net", "/proc/self/ns/net"} {
		if _, err := Open(path); !errors.Is(err, ErrOwn) {
			t.Errorf("%s: %v, want %v", path, err, ErrOwn)
		}
	}
	ns, err := Open(bindNetNS(t))
	if err != nil {
		t.Fatal(err)
	}
	ns.Close()
}

func TestWithoutRights(t *testing.T) {
	skipUnlessStage(t)
	path := bindNetNS(t)
	dropPtrace(t)
	_, err := Open(path)
	if inUserNamespace() {
		if err != nil {
			t.Errorf("in a user namespace: %v", err)
		}
		return
	}
	if !errors.Is(err, unix.EACCES) || !strings.Contains(err.Error(), "CAP_SYS_PTRACE") {
		t.Errorf("%v: want a refusal which says how to compare", err)
	}
}

func TestWithoutNeed(t *testing.T) {
	skipUnlessStage(t)
	path := bindNetNS(t)
	dropPtrace(t)
	ns, err := Open(path)
	if err != nil {
		t.Fatalf("PID 1 is in our own netns: %v", err)
	}
	ns.Close()
}
