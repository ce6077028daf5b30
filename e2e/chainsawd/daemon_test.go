package chainsawd

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/chainsaw-cni/chainsaw/shared/rootowned"
)

// cniDir is the node's CNI folder; chainsawd's own folders are the built-in ones.
const cniDir = "/var/lib/cni/bin"

// soon is how long anything may take on a busy machine. It decides nothing but
// when a test gives up.
const soon = time.Minute

// chainsawd is a running one.
type chainsawd struct {
	cmd      *exec.Cmd
	out, log *transcript
	socket   string // of its status
	ended    chan struct{}
}

// freshNode is the node as a reboot and a cleaning leave it.
func freshNode(t *testing.T) {
	t.Helper()
	if err := furnish(); err != nil {
		t.Fatal(err)
	}
	if err := rootowned.Dir("/var/lib"); err != nil {
		t.Skipf("chainsawd trusts no folder here: run as root, or in a user namespace: %v", err)
	}
	for _, dir := range []string{"/run/chainsaw", "/run/chainsawd", "/var/lib/chainsaw", "/etc/chainsaw", "/etc/chainsawd", cniDir} {
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.MkdirAll(cniDir, 0o755); err != nil {
		t.Fatal(err)
	}
}

// launch runs chainsawd until the test ends. It does not wait until it is ready.
// Reports and log go to its transcripts, or both to out if that is given.
func launch(t *testing.T, environment []string, out *os.File, args ...string) *chainsawd {
	t.Helper()
	folder, err := os.MkdirTemp("/run", "chainsawd-")
	if err != nil {
		t.Fatal(err)
	}
	d := &chainsawd{out: &transcript{}, log: &transcript{}, socket: filepath.Join(folder, "status.sock"), ended: make(chan struct{})}
	args = append([]string{"run", "--cni-bin-dir", cniDir, "--status-socket", d.socket}, args...)
	d.cmd = exec.Command(filepath.Join(bin, "chainsawd"), args...)
	d.cmd.Env = environment
	d.cmd.Stdout, d.cmd.Stderr = d.out, d.log
	if out != nil {
		d.cmd.Stdout, d.cmd.Stderr = out, out
	}
	if err := d.cmd.Start(); err != nil {
		t.Fatalf("%v: run `make build` first", err)
	}
	go func() {
		defer close(d.ended)
		_ = d.cmd.Wait() // how it ended is in cmd.ProcessState
	}()
	t.Cleanup(func() {
		d.kill()
		if t.Failed() {
			t.Logf("chainsawd's log:\n%s", d.log)
		}
	})
	return d
}

// start runs a chainsawd that is ready.
func start(t *testing.T, environment []string, args ...string) *chainsawd {
	t.Helper()
	d := launch(t, environment, nil, args...)
	await(t, "chainsawd is ready", func() bool { return d.hasEnded() || d.ready() == nil })
	if d.hasEnded() {
		t.Fatal("chainsawd has ended")
	}
	return d
}

func (d *chainsawd) hasEnded() bool {
	select {
	case <-d.ended:
		return true
	default:
		return false
	}
}

func (d *chainsawd) kill() {
	_ = d.cmd.Process.Kill()
	<-d.ended
}

// terminate ends it as a kubelet does, and returns how long it took.
func (d *chainsawd) terminate(t *testing.T) time.Duration {
	t.Helper()
	begin := time.Now()
	if err := d.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	select {
	case <-d.ended:
	case <-time.After(soon):
		t.Fatal("it does not end")
	}
	if code := d.cmd.ProcessState.ExitCode(); code != 0 {
		t.Errorf("it ended with %d", code)
	}
	return time.Since(begin)
}

// probe asks as the kubelet does, with the real sub-command.
func (d *chainsawd) probe(question string) (string, error) {
	out, err := exec.Command(filepath.Join(bin, "chainsawd"), "probe", question, "--status-socket", d.socket).CombinedOutput()
	if err != nil {
		return "", errors.New(string(bytes.TrimSpace(out)))
	}
	return string(out), nil
}

func (d *chainsawd) ready() error {
	_, err := d.probe("ready")
	return err
}

// metric is one figure, such as `chainsaw_lookups_total{outcome="cache"}`; one
// that is not there is 0.
func (d *chainsawd) metric(t *testing.T, name string) float64 {
	t.Helper()
	text, err := d.probe("metrics")
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`(?m)^` + regexp.QuoteMeta(name) + ` (.+)$`).FindStringSubmatch(text)
	if found == nil {
		return 0
	}
	value, err := strconv.ParseFloat(found[1], 64)
	if err != nil {
		t.Fatal(err)
	}
	return value
}

// requests is how often the API server was asked with this verb, whatever it said.
func (d *chainsawd) requests(t *testing.T, verb string) (sum float64) {
	t.Helper()
	text, err := d.probe("metrics")
	if err != nil {
		t.Fatal(err)
	}
	pattern := regexp.MustCompile(`(?m)^chainsaw_api_requests_total\{.*verb="` + verb + `".*\} (.+)$`)
	for _, found := range pattern.FindAllStringSubmatch(text, -1) {
		value, err := strconv.ParseFloat(found[1], 64)
		if err != nil {
			t.Fatal(err)
		}
		sum += value
	}
	return sum
}

// shows waits until a report, which may have gone through the spool, is out.
func (d *chainsawd) shows(t *testing.T, part string) {
	t.Helper()
	await(t, "chainsawd shows "+part, func() bool { return d.out.has(part) })
}

// counts waits until a figure is this one.
func (d *chainsawd) counts(t *testing.T, name string, want float64) {
	t.Helper()
	await(t, fmt.Sprintf("%s is %v", name, want), func() bool { return d.metric(t, name) == want })
}

// await waits until something is so.
func await(t *testing.T, what string, so func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), soon)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !so() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("it never came to this: %s", what)
		}
	}
}

// transcript is what a process writes, to be read while it does.
type transcript struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (tr *transcript) Write(b []byte) (int, error) {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	return tr.text.Write(b)
}

func (tr *transcript) String() string {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	return tr.text.String()
}

func (tr *transcript) has(part string) bool { return strings.Contains(tr.String(), part) }

func (tr *transcript) reset() {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	tr.text.Reset()
}
