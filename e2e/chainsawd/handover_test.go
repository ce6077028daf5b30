package chainsawd

import (
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/chainsaw-cni/chainsaw/shared/daemon"
	"github.com/chainsaw-cni/chainsaw/shared/pod"
)

func TestUpgrade(t *testing.T) {
	for name, end := range map[string]syscall.Signal{"the old one is told to end": syscall.SIGTERM, "the old one is killed": syscall.SIGKILL} {
		t.Run(name, func(t *testing.T) {
			freshNode(t)
			c := startCluster(t)
			old := start(t, c.environment())
			next := start(t, c.environment()) // is ready, or no controller would end the old one
			if n := next.metric(t, "chainsaw_owner"); n != 0 || !next.log.has("waiting for it to end") {
				t.Fatalf("two own the node:\n%s", next.log)
			}
			gap := watchGap(t, func() {
				if err := old.cmd.Process.Signal(end); err != nil {
					t.Fatal(err)
				}
				await(t, "the next one has the node", func() bool {
					text, err := next.probe("ready")
					return err == nil && strings.Contains(text, "install: in order")
				})
			})
			t.Logf("plugins had no answer for %v", gap)
			newSandbox(t, c.pod(t, "web-0", "ip link")).mustAdd(t)
			if !next.out.has("Chainsaw report: pod default/web-0") {
				t.Errorf("the report is not with the next one")
			}
		})
	}
}

// watchGap asks on the socket for as long as do lasts, and returns the longest
// time without an answer.
func watchGap(t *testing.T, do func()) time.Duration {
	t.Helper()
	done, result := make(chan struct{}), make(chan time.Duration)
	go func() {
		var longest time.Duration
		last := time.Now()
		for {
			_, err := daemon.Client{Path: daemon.SocketPath}.Metadata(t.Context(), pod.Ref{Namespace: namespace, Name: "nobody"})
			if !strings.Contains(err.Error(), daemon.ErrAway.Error()) {
				longest, last = max(longest, time.Since(last)), time.Now()
			}
			select {
			case <-done:
				result <- longest
				return
			default:
			}
		}
	}()
	do()
	close(done)
	return <-result
}
