package cage

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// workshop is a folder that the cage's uid can reach, for the probe and for a
// copy of this test's executable; t.TempDir's is its owner's alone. A test
// that runs this executable again hands its own down by this variable.
const workshopVariable = "CAGE_TEST_WORKSHOP"

var workshop string

func TestMain(m *testing.M) {
	os.Exit(runMain(m))
}

func runMain(m *testing.M) int {
	if workshop = os.Getenv(workshopVariable); workshop == "" {
		var err error
		if workshop, err = os.MkdirTemp("", "cage-test-"); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer os.RemoveAll(workshop)
		os.Chmod(workshop, 0o755)
	}
	if len(os.Args) == 2 && os.Args[1] == holdArgument {
		return holdCage()
	}
	return m.Run()
}

// publicDir is like t.TempDir, but others may look into it.
func publicDir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "cage-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

var buildProbe = sync.OnceValues(func() (string, error) {
	path := filepath.Join(workshop, "probe")
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	out, err := exec.Command("cc", "-O1", "-w", "-static", "-o", path, "testdata/probe.c").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return path, nil
})

func probe(t testing.TB) string {
	t.Helper()
	path, err := buildProbe()
	if err != nil {
		t.Skipf("no probe without a C compiler and a static libc: %v", err)
	}
	return path
}

// ipCommand is the real `ip`.
func ipCommand(t testing.TB) string {
	t.Helper()
	const path = "/usr/sbin/ip"
	if _, err := os.Stat(path); err != nil {
		t.Skip("no iproute2 in /usr/sbin")
	}
	return path
}

// newNetNS makes a netns that lives as long as the descriptor.
func newNetNS(t testing.TB) int {
	t.Helper()
	fd := make(chan int, 1)
	failed := make(chan error, 1)
	go func() {
		runtime.LockOSThread() // never unlocked: the thread ends here
		if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
			failed <- err
			return
		}
		// No link-local addresses, which come and settle at their own time.
		os.WriteFile("/proc/sys/net/ipv6/conf/default/addr_gen_mode", []byte("1"), 0)
		ns, err := unix.Open("/proc/thread-self/ns/net", unix.O_RDONLY|unix.O_CLOEXEC, 0)
		if err != nil {
			failed <- err
			return
		}
		fd <- ns
	}()
	select {
	case err := <-failed:
		t.Skipf("no right to make a netns: run as root or under unshare -Urnm: %v", err)
		return -1
	case ns := <-fd:
		t.Cleanup(func() { unix.Close(ns) })
		return ns
	}
}

func openCage(t testing.TB, ns int, executable string, p Privilege) *Cage {
	t.Helper()
	c := Open(ns, executable, p)
	t.Cleanup(c.Close)
	if err := built(c); err != nil {
		t.Fatal(err)
	}
	return c
}

// built waits until the cage is there, or cannot be.
func built(c *Cage) error {
	err := make(chan error)
	c.thread.work <- func() { err <- c.err }
	return <-err
}

// run fails the test only where the cage does.
func run(t testing.TB, c *Cage, argv ...string) Outcome {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	outcome, err := c.Run(ctx, argv)
	if err != nil {
		t.Fatalf("%v: %v", argv, err)
	}
	return outcome
}

// succeed runs a command that must exit with 0, and returns its output.
func succeed(t testing.TB, c *Cage, argv ...string) string {
	t.Helper()
	o := run(t, c, argv...)
	if o.ExitCode != 0 {
		t.Fatalf("%v: exit code %d, signal %d: %s", argv, o.ExitCode, o.Signal, o.Stderr.Kept)
	}
	return string(o.Stdout.Kept)
}

// errno is what the probe's system call answered.
func errno(t testing.TB, c *Cage, argv ...string) unix.Errno {
	t.Helper()
	var n int
	if _, err := fmt.Sscan(succeed(t, c, argv...), &n); err != nil {
		t.Fatalf("%v: %v", argv, err)
	}
	return unix.Errno(n)
}

// runAgain runs the tests of this file that match pattern in another process,
// made with sys, and passes its output and failure on.
func runAgain(t *testing.T, pattern string, change func(*exec.Cmd)) {
	t.Helper()
	probe(t)
	cmd := exec.CommandContext(t.Context(), copyOfSelf(t), "-test.v", "-test.run="+pattern)
	cmd.Env = append(os.Environ(), workshopVariable+"="+workshop)
	change(cmd)
	out, err := cmd.CombinedOutput()
	if cmd.Process == nil {
		t.Skipf("no right to start such a process: %v", err)
	}
	t.Log(string(out))
	if err == nil && bytes.Contains(out, []byte("--- SKIP")) && !bytes.Contains(out, []byte("--- PASS")) {
		t.Skip("no right to do it there either")
	}
	if err != nil || !bytes.Contains(out, []byte("--- PASS")) {
		t.Errorf("the tests did not pass there: %v", err)
	}
}

func copyOfSelf(t *testing.T) string {
	t.Helper()
	path := filepath.Join(workshop, "self")
	from, err := os.Open("/proc/self/exe")
	if err != nil {
		t.Fatal(err)
	}
	defer from.Close()
	to, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o755)
	if errors.Is(err, fs.ErrExist) {
		return path
	}
	if err != nil {
		t.Fatal(err)
	}
	defer to.Close()
	if _, err := io.Copy(to, from); err != nil {
		t.Fatal(err)
	}
	return path
}

// fields reads lines of "Name:\tvalue", as in /proc/PID/status.
func fields(text string) map[string]string {
	m := map[string]string{}
	for line := range strings.Lines(text) {
		name, value, _ := strings.Cut(line, ":")
		m[name] = strings.Join(strings.Fields(value), " ")
	}
	return m
}
