package runner

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/chainsaw-cni/chainsaw/shared/cage"
	"github.com/chainsaw-cni/chainsaw/shared/cnierror"
	"github.com/chainsaw-cni/chainsaw/shared/device"
	"github.com/chainsaw-cni/chainsaw/shared/ipbinary"
	"github.com/chainsaw-cni/chainsaw/shared/ipcmd"
	"github.com/chainsaw-cni/chainsaw/shared/judge"
	"github.com/chainsaw-cni/chainsaw/shared/merge"
	"github.com/chainsaw-cni/chainsaw/shared/podnetns"
	"github.com/chainsaw-cni/chainsaw/shared/rtnetlink"
	"github.com/chainsaw-cni/chainsaw/shared/token"
	"github.com/chainsaw-cni/chainsaw/shared/variant"
)

// newRunner is a runner of the real `ip` in a netns of the test's own.
func newRunner(t *testing.T) *Runner {
	t.Helper()
	ip, err := ipbinary.Find()
	if err != nil {
		t.Skip(err)
	}
	netns, err := podnetns.Open(newNetNS(t))
	if err != nil {
		t.Fatal(err)
	}
	conn, err := rtnetlink.Open(netns.FD())
	if err != nil {
		t.Fatal(err)
	}
	guard, err := device.NewGuard(conn, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(); netns.Close() })
	r := &Runner{NetNS: netns, IP: ip, Strongest: variant.Exec, Guard: guard, Timeout: 10 * time.Second}
	t.Cleanup(r.Close)
	return r
}

// newNetNS is the path of a netns that lives as long as the test: the one of a
// thread that does nothing else.
func newNetNS(t *testing.T) string {
	t.Helper()
	made := make(chan error)
	path := ""
	go func() {
		runtime.LockOSThread() // never unlocked: the thread ends with its netns
		path = fmt.Sprintf("/proc/self/task/%d/ns/net", unix.Gettid())
		made <- unix.Unshare(unix.CLONE_NEWNET)
		<-t.Context().Done()
	}()
	err := <-made
	if errors.Is(err, os.ErrPermission) {
		t.Skip("this test makes a netns, which takes root or `unshare -Urnm`")
	}
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func judged(t *testing.T, lines ...string) []judge.Judged {
	t.Helper()
	var merged []merge.Line
	for i, line := range lines {
		merged = append(merged, merge.Line{Text: line, Origin: merge.Origin{Number: i + 1}})
	}
	all, err := judge.Judge{Variant: variant.Exec, Tokens: token.Values{}}.All(merged)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func run(t *testing.T, r *Runner, lines ...string) ([]Ran, error) {
	t.Helper()
	r.Commands = judged(t, lines...)
	return r.Run(t.Context())
}

func code(err error) cnierror.Code {
	coded, ok := errors.AsType[*cnierror.Error](err)
	if !ok {
		return 0
	}
	return coded.Code
}

func TestRunStopsAtTheFirstThatFails(t *testing.T) {
	r := newRunner(t)
	ran, err := run(t, r, "ip link show dev lo", "ip route add 10.0.0.0/8 via 192.0.2.1", "ip link set lo up")
	if code(err) != cnierror.CommandFailed {
		t.Fatalf("the error is %v", err)
	}
	if !strings.Contains(string(ran[0].Outcome.Stdout.Kept), "LOOPBACK") || ran[1].Outcome.ExitCode != 2 || ran[2].Outcome != nil {
		t.Errorf("what ran is %+v", ran)
	}
	failure, _ := errors.AsType[*cnierror.Error](err)
	details := failure.Details
	if !strings.HasPrefix(details, "Error: Nexthop has invalid gateway.") && !strings.Contains(details, "RTNETLINK answers") {
		t.Errorf("the details are %q", details)
	}
}

func TestUsageIsNoMessage(t *testing.T) {
	_, err := run(t, newRunner(t), "ip neigh get dev lo")
	failure, ok := errors.AsType[*cnierror.Error](err)
	if !ok || failure.Code != cnierror.CommandFailed || failure.Details != "" && strings.Contains(failure.Details, "Usage") {
		t.Errorf("the error is %v, its details %q", err, failure.Details)
	}
	if printedUsage([]byte("Error: x\nUsage: y")) || !printedUsage([]byte("\nUsage: ip route")) {
		t.Error("usage is told wrongly")
	}
}

func TestRunGoesOnWhenTold(t *testing.T) {
	r := newRunner(t)
	r.GoOn = true
	ran, err := run(t, r, "ip route add 10.0.0.0/8 via 192.0.2.1", "ip link set lo up")
	if err != nil || code(ran[0].Err) != cnierror.CommandFailed || ran[1].Err != nil || ran[1].Outcome == nil {
		t.Errorf("%v: what ran is %+v", err, ran)
	}
}

func TestRunDoesNotGoOnAfterARefusal(t *testing.T) {
	r := newRunner(t)
	r.GoOn = true
	ran, err := run(t, r, "ip link set lo alias x", "ip link set lo up")
	if code(err) != cnierror.Refused || ran[0].Outcome != nil || ran[1].Outcome != nil {
		t.Errorf("%v: what ran is %+v", err, ran)
	}
}

// The next command is started before the last has ended.
func TestStartedAheadHasNoEffectAhead(t *testing.T) {
	r := newRunner(t)
	ran, err := run(t, r, "link set lo mtu 1400", "link set nope up", "link set lo mtu 1500")
	if code(err) != cnierror.CommandFailed || ran[2].Outcome != nil {
		t.Fatalf("%v: what ran is %+v", err, ran)
	}
	ran, err = run(t, r, "link show lo")
	if err != nil || !strings.Contains(string(ran[0].Outcome.Stdout.Kept), "mtu 1400 ") {
		t.Errorf("%v: %s", err, ran[0].Outcome.Stdout.Kept)
	}
	r.Commands = judged(t, "link set lo mtu 1600")
	r.Prepare() // and no Run
	r.Close()
	if left := children(t); left != "" {
		t.Errorf("processes are left: %s", left)
	}
}

func children(t *testing.T) (pids string) {
	t.Helper()
	lists, err := filepath.Glob("/proc/self/task/*/children")
	if err != nil || len(lists) == 0 {
		t.Fatalf("no list of this process's children: %v", err)
	}
	for _, list := range lists {
		text, err := os.ReadFile(list)
		if err != nil && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, unix.ESRCH) {
			t.Fatal(err)
		}
		pids += string(text)
	}
	return pids
}

// Each of these only works after the one before it.
func TestEachSeesWhatTheOnesBeforeItDid(t *testing.T) {
	r := newRunner(t)
	ran, err := run(t, r,
		"link add n0 type ifb", "link set n0 name n1", "address add 192.0.2.1/24 dev n1", "link set n1 up",
		"route add 10.0.0.0/8 via 192.0.2.9", "route show 10.0.0.0/8", "route delete 10.0.0.0/8 via 192.0.2.9",
		"route show", "link delete n1", "link show",
	)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range map[int]string{5: "via 192.0.2.9", 7: "192.0.2.0/24 dev n1", 9: ": lo:"} {
		if got := string(ran[i].Outcome.Stdout.Kept); !strings.Contains(got, want) {
			t.Errorf("%s printed %q, want %q in it", ran[i].Text, got, want)
		}
	}
	for i, gone := range map[int]string{7: "10.0.0.0", 9: "n1"} {
		if got := string(ran[i].Outcome.Stdout.Kept); strings.Contains(got, gone) {
			t.Errorf("%s printed %q, with %q in it", ran[i].Text, got, gone)
		}
	}
}

// The parser would refuse it: what it lets through by a mistake of ours, the
// cage stops, and the message says so.
func TestRunSaysWhatTheCageRefused(t *testing.T) {
	escape := ipcmd.Command{Object: "link", Action: "set", Class: ipcmd.Change, Args: []ipcmd.Arg{
		{Name: "dev", Value: "lo", Kind: ipcmd.Device}, {Name: "netns", Value: "1", Kind: ipcmd.Text},
	}}
	r := newRunner(t)
	r.Commands = []judge.Judged{{Command: escape}}
	_, err := r.Run(t.Context())
	if code(err) != cnierror.Refused || !strings.Contains(err.Error(), "as it ran") {
		t.Errorf("the error is %v", err)
	}
}

// yes(1) stands for an `ip` that never ends and never stops printing.
func TestRunEndsWhatDoesNotEnd(t *testing.T) {
	yes, err := filepath.EvalSymlinks("/usr/bin/yes")
	if err != nil {
		t.Skip("this test runs /usr/bin/yes, which is not installed")
	}
	lines := []string{"ip link show", "ip link show"}
	t.Run("at the command's limit", func(t *testing.T) {
		r := newRunner(t)
		r.IP, r.Timeout = yes, 100*time.Millisecond
		ran, err := run(t, r, lines...)
		if code(err) != cnierror.TimedOut || !strings.Contains(err.Error(), "ran longer than 100ms") || ran[1].Outcome != nil {
			t.Errorf("%v: what ran is %+v", err, ran[1])
		}
		if stdout := ran[0].Outcome.Stdout; len(stdout.Kept) != 64<<10 || stdout.Dropped == 0 {
			t.Errorf("%d bytes were kept and %d dropped", len(stdout.Kept), stdout.Dropped)
		}
	})
	t.Run("and goes on when told", func(t *testing.T) {
		r := newRunner(t)
		r.IP, r.Timeout, r.GoOn = yes, 100*time.Millisecond, true
		ran, err := run(t, r, lines...)
		if err != nil || code(ran[0].Err) != cnierror.TimedOut || code(ran[1].Err) != cnierror.TimedOut {
			t.Errorf("%v: what ran is %+v", err, ran)
		}
	})
	t.Run("at the ADD's limit, even when told to go on", func(t *testing.T) {
		r := newRunner(t)
		r.IP, r.GoOn = yes, true
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		r.Commands = judged(t, lines...)
		if _, err := r.Run(ctx); code(err) != cnierror.TimedOut || !strings.Contains(err.Error(), "longer than the ADD may") {
			t.Errorf("the error is %v", err)
		}
	})
}

func TestPrivilegeIsTheLeastThatServes(t *testing.T) {
	for _, test := range []struct {
		strongest variant.Variant
		class     ipcmd.Class
		want      cage.Privilege
	}{
		{variant.Inspect, ipcmd.Read, cage.None},
		{variant.Inspect, ipcmd.Change, cage.None},
		{variant.Filter, ipcmd.Read, cage.None},
		{variant.Filter, ipcmd.Change, cage.NetAdmin},
		{variant.Exec, ipcmd.Read, cage.NetAdmin},
		{variant.Exec, ipcmd.Change, cage.NetAdmin},
	} {
		r := Runner{Strongest: test.strongest}
		if got := r.privilege(ipcmd.Command{Class: test.class}); got != test.want {
			t.Errorf("%s, %s: %s, want %s", test.strongest, test.class, got, test.want)
		}
	}
}

func TestTrimKeepsTheOutputOfAnADDWithinItsBound(t *testing.T) {
	var r Runner
	var kept int
	for range 20 {
		o := cage.Outcome{Stdout: cage.Stream{Kept: make([]byte, 64<<10)}, Stderr: cage.Stream{Kept: make([]byte, 10), Dropped: 5}}
		r.trim(&o)
		kept += len(o.Stdout.Kept) + len(o.Stderr.Kept)
		if all := int64(len(o.Stdout.Kept)+len(o.Stderr.Kept)) + o.Stdout.Dropped + o.Stderr.Dropped; all != 64<<10+15 {
			t.Fatalf("%d bytes are accounted for", all)
		}
	}
	if kept != MaxOutput {
		t.Errorf("%d bytes were kept, want %d", kept, MaxOutput)
	}
}

func TestLastLineIsHarmlessAndShort(t *testing.T) {
	for text, want := range map[string]string{
		"":                             "",
		"\n\n":                         "",
		"usage\nError: x\n":            ": Error: x",
		"a\x1b[31m\n":                  `: a\x1b[31m`,
		strings.Repeat("x", 300):       ": " + strings.Repeat("x", 200) + "...",
		"Cannot find device \"a\\nb\"": ": Cannot find device \"a\\nb\"",
	} {
		if got := lastLine([]byte(text)); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}
