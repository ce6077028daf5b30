package chainsawd

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
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
		if !d.out.has("Detected commands: [route]") {
			t.Errorf("the new pod got its predecessor's commands:\n%s", d.out)
		}
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
	await(t, "all are in the figures", func() bool { // equal ones may have been folded into one report
		return d.metric(t, `chainsaw_adds_total{outcome="ok",variant="chainsaw"}`) == crowd
	})
	whole(t, d.out.String())
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
