// Package podnetnstest makes network namespaces for tests, and runs `ip` in them
// without any wall.
package podnetnstest

import (
	"errors"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"

	"github.com/vishvananda/netns"
)

const ip = "/usr/sbin/ip"

// New makes a netns, in which the thread of the test stays: the thread ends with
// the test. A test that may make none, or has no ip, is skipped.
func New(t testing.TB, lines ...string) netns.NsHandle {
	t.Helper()
	if _, err := os.Stat(ip); err != nil {
		t.Skipf("this test runs %s, which is not installed", ip)
	}
	runtime.LockOSThread()
	ns, err := netns.New()
	if errors.Is(err, os.ErrPermission) {
		t.Skip("this test makes a netns, which takes root or `unshare -Urnm`")
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ns.Close() })
	IP(t, lines...)
	return ns
}

// IP runs lines of `ip`, without that word, in the netns of the thread.
func IP(t testing.TB, lines ...string) {
	t.Helper()
	for _, line := range lines {
		if out, err := Try(t, line); err != nil {
			t.Fatalf("ip %s: %v: %s", line, err, out)
		}
	}
}

// Try runs a line of `ip` that may fail.
func Try(t testing.TB, line string) (output string, err error) {
	out, err := exec.CommandContext(t.Context(), ip, strings.Fields(line)...).CombinedOutput()
	return string(out), err
}
