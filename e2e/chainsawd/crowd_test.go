package chainsawd

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chainsaw-cni/chainsaw/shared/daemon"
	"github.com/chainsaw-cni/chainsaw/shared/report"
)

func TestPodRemadeUnderTheSameName(t *testing.T) {
	freshNode(t)
	c := startCluster(t)
	d := start(t, c.environment())
	known(t, c, d, "web-0")
	for range 5 {
		c.remove(t, "web-0")
		again := newSandbox(t, c.pod(t, "web-0", "ip route"))
		d.out.reset()
		again.mustAdd(t)
		d.shows(t, "Detected commands: [route]") // and not its predecessor's
	}
}

// TestCrowdOfPlugins is a node that boots: many more plugins than chainsawd
// serves at a time, for pods that it has not heard of yet.
func TestCrowdOfPlugins(t *testing.T) {
	freshNode(t)
	c := startCluster(t)
	const crowd, pods = 200, 20
	var sandboxes []sandbox
	for i := range pods {
		sandboxes = append(sandboxes, newSandbox(t, c.pod(t, fmt.Sprintf("web-%d", i), "ip link")))
	}
	d := start(t, c.environment())
	begin := time.Now()
	failed := make(chan error, crowd)
	var running sync.WaitGroup
	for i := range crowd {
		running.Go(func() {
			if err := sandboxes[i%pods].add(t.Context()); err != nil {
				failed <- err
			}
		})
	}
	running.Wait()
	t.Logf("%d ADDs took %v, %v GETs", crowd, time.Since(begin), d.requests(t, "get"))
	close(failed)
	for err := range failed {
		t.Error(err)
	}
	if gets := d.requests(t, "get"); gets > pods {
		t.Errorf("%v GETs for %d pods", gets, pods)
	}
	d.counts(t, `chainsaw_adds_total{outcome="ok",variant="chainsaw"}`, crowd)
	whole(t, d.out.String())
}

// TestLargeReportsAreFewAtOnce is about pods that make `ip` print as much as is
// kept of it, each byte of which takes six on its way: their memory would be the
// node's.
func TestLargeReportsAreFewAtOnce(t *testing.T) {
	freshNode(t)
	nowhere, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer nowhere.Close()
	d := launch(t, nil, nowhere)
	await(t, "chainsawd is ready", func() bool { return d.ready() == nil })
	r, zero := report.New("chainsaw"), 0
	r.Commands = []report.Command{{Verdict: report.Allowed, ExitCode: &zero, Stdout: strings.Repeat("\x01", 1<<20)}}
	var running sync.WaitGroup
	for range 100 {
		running.Go(func() { _ = daemon.Client{Path: daemon.SocketPath}.Report(t.Context(), r) }) // or not: the spool has room
	}
	running.Wait()
	if _, err := d.probe("live"); err != nil {
		t.Error(err)
	}
	if peak := d.memory(t, "VmHWM"); peak > 250<<10 {
		t.Errorf("it took %d KiB", peak)
	}
}

// whole fails the test if a report has another within it.
func whole(t *testing.T, text string) {
	t.Helper()
	const head, detected = "Chainsaw report: ", "Detected commands: "
	want := head
	for line := range strings.Lines(text) {
		switch {
		case strings.HasPrefix(line, head), strings.HasPrefix(line, detected):
			if !strings.HasPrefix(line, want) {
				t.Fatalf("a report is torn at %q:\n%s", line, text)
			}
			want = map[string]string{head: detected, detected: head}[want]
		}
	}
}
