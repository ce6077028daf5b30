package chainsawd

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/chainsaw-cni/chainsaw/shared/daemon"
	"github.com/chainsaw-cni/chainsaw/shared/pod"
	"github.com/chainsaw-cni/chainsaw/shared/report"
	"github.com/chainsaw-cni/chainsaw/shared/spool"
)

// loud is a pod's annotation with more output than a pipe holds.
var loud = `["` + strings.Repeat(`ip -details addr", "`, 60) + `ip link"]`

func spooled(t *testing.T) int {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(spool.Dir, "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	return len(files)
}

// launchUnread runs a chainsawd whose output and log nobody reads.
func launchUnread(t *testing.T, c *cluster) (*chainsawd, *os.File) {
	t.Helper()
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer writer.Close()
	t.Cleanup(func() { reader.Close() })
	if _, err := unix.FcntlInt(reader.Fd(), unix.F_SETPIPE_SZ, 8<<10); err != nil {
		t.Fatal(err)
	}
	d := launch(t, c.environment(), writer)
	await(t, "chainsawd is ready", func() bool { return d.ready() == nil })
	return d, reader
}

func TestKilledInTheMiddleOfAReport(t *testing.T) {
	freshNode(t)
	c := startCluster(t)
	d, pipe := launchUnread(t, c)
	newSandbox(t, c.pod(t, "web-0", loud)).mustAdd(t) // though nobody takes its report
	if n := spooled(t); n != 1 {
		t.Fatalf("%d reports are in the spool: what was not printed is still the plugin's", n)
	}
	d.kill()
	half, err := io.ReadAll(pipe)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(half), "Chainsaw report: ") || strings.Contains(string(half), "ip link ====") {
		t.Fatalf("the report was not cut off:\n%s", half)
	}
	d = start(t, c.environment())
	await(t, "the whole report is printed", func() bool { return d.out.has("ip link ====") && spooled(t) == 0 })
	if n := strings.Count(d.out.String(), "Chainsaw report: "); n != 1 {
		t.Errorf("it is printed %d times", n)
	}
}

func TestLogThatNobodyReads(t *testing.T) {
	freshNode(t)
	c := startCluster(t)
	d, pipe := launchUnread(t, c)
	s := newSandbox(t, c.pod(t, "web-0", loud))
	const adds = 10
	slowest := time.Duration(0)
	for range adds {
		begin := time.Now()
		s.mustAdd(t)
		slowest = max(slowest, time.Since(begin))
	}
	t.Logf("the slowest ADD took %v", slowest)
	if _, err := d.probe("live"); err != nil {
		t.Error(err)
	}
	out := &transcript{}
	go func() { _, _ = io.Copy(out, pipe) }()
	await(t, "the spool is empty again", func() bool { return spooled(t) == 0 })
	d.counts(t, `chainsaw_adds_total{outcome="ok",variant="chainsaw"}`, adds)
	whole(t, out.String())
}

func TestLogThatNobodyReadsDoesNotKeepItFromEnding(t *testing.T) {
	freshNode(t)
	c := startCluster(t)
	d, _ := launchUnread(t, c)
	newSandbox(t, c.pod(t, "web-0", loud)).mustAdd(t)
	if took := d.terminate(t); took > 5*time.Second {
		t.Errorf("it took %v to end, longer than the kubelet waits", took)
	}
}

func TestWhatWasSpooledComesOutInOrder(t *testing.T) {
	freshNode(t)
	c := startCluster(t)
	start(t, c.environment()).terminate(t)
	if _, err := os.Lstat(daemon.SocketPath); err != nil {
		t.Errorf("the socket should stay, for the next one to replace: %v", err)
	}
	for i := range 5 {
		s := newSandbox(t, c.pod(t, fmt.Sprintf("web-%d", i), "ip link"))
		s.refused(t, "chainsaw(11): ") // nobody to ask: that is a report, too
	}
	d := start(t, c.environment())
	await(t, "the spool is empty", func() bool { return spooled(t) == 0 })
	at := 0
	for i := range 5 {
		head := fmt.Sprintf("Chainsaw report: pod default/web-%d,", i)
		found := strings.Index(d.out.String()[at:], head)
		if found < 0 || strings.Count(d.out.String(), head) != 1 {
			t.Fatalf("%q is not there once, in its place:\n%s", head, d.out)
		}
		at += found
	}
}

func TestSocketTakenAway(t *testing.T) {
	freshNode(t)
	c := startCluster(t)
	d := start(t, c.environment())
	s := known(t, c, d, "web-0")
	for _, path := range []string{daemon.SocketPath, filepath.Dir(daemon.SocketPath)} {
		if err := os.RemoveAll(path); err != nil {
			t.Fatal(err)
		}
		begin := time.Now()
		await(t, "the plugin is answered again", func() bool { return s.add(t.Context()) == nil })
		t.Logf("without %s plugins had no answer for %v", path, time.Since(begin))
	}
}

// TestClockThatJumps hands over what plugins stamped before and after. Nothing
// else that comes to chainsawd has a time of the wall's clock in it.
func TestClockThatJumps(t *testing.T) {
	freshNode(t)
	d := start(t, nil)
	for i, stamp := range []time.Time{time.Now(), time.Unix(0, 0), time.Date(2500, 1, 1, 0, 0, 0, 0, time.UTC), time.Now()} {
		r := report.New("chainsaw")
		r.Time, r.Pod = stamp, pod.Ref{Namespace: namespace, Name: fmt.Sprintf("web-%d", i)}
		var err error
		if i%2 == 0 {
			err = daemon.Client{Path: daemon.SocketPath}.Report(t.Context(), r)
		} else {
			err = spool.Spool{}.Put(t.Context(), r)
		}
		if err != nil {
			t.Fatal(err)
		}
		await(t, "the report is printed, and no other", func() bool {
			return strings.Count(d.out.String(), "Chainsaw report: ") == i+1 && d.out.has(r.Pod.String())
		})
	}
}

func TestChainsawdThatHangsIsNotAlive(t *testing.T) {
	freshNode(t)
	d := start(t, nil)
	if err := d.cmd.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	if _, err := d.probe("live"); err == nil {
		t.Error("the kubelet would leave it hanging")
	}
}
