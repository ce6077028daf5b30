package chainsawd

import (
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

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
			next.shows(t, "Chainsaw report: pod default/web-0")
		})
	}
}

// TestSuccessorThatCouldNotFollow leaves the old one in place until somebody has
// mended the node.
func TestSuccessorThatCouldNotFollow(t *testing.T) {
	freshNode(t)
	old := start(t, nil)
	mount(t, cniDir, cniDir, "", unix.MS_BIND)
	mount(t, "", cniDir, "", unix.MS_BIND|unix.MS_REMOUNT|unix.MS_RDONLY)
	next := launch(t, nil, nil)
	await(t, "the next one says what is wrong", func() bool {
		err := next.ready()
		return err != nil && strings.Contains(err.Error(), "install: "+cniDir)
	})
	if err := old.ready(); err != nil {
		t.Error(err)
	}
	mount(t, "", cniDir, "", unix.MS_BIND|unix.MS_REMOUNT)
	await(t, "the next one is ready", func() bool { return next.ready() == nil })
	if n := next.metric(t, "chainsaw_owner"); n != 0 {
		t.Error("two own the node")
	}
}

// TestLockTakenAway is about somebody who empties the folder: two must not go on
// as owners of the node for that.
func TestLockTakenAway(t *testing.T) {
	freshNode(t)
	old := start(t, nil)
	if err := os.Remove(lock); err != nil {
		t.Fatal(err)
	}
	await(t, "the lock is there again", func() bool { _, err := os.Lstat(lock); return err == nil })
	next := start(t, nil)
	if n := next.metric(t, "chainsaw_owner"); n != 0 {
		t.Error("two own the node")
	}
	old.kill()
	await(t, "the next one has the node", func() bool { return next.metric(t, "chainsaw_owner") == 1 })
}

const lock = "/run/chainsaw/chainsawd.lock"

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
