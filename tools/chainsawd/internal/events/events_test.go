package events

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	core "k8s.io/api/core/v1"

	"github.com/chainsaw-cni/chainsaw/shared/pod"
	"github.com/chainsaw-cni/chainsaw/shared/report"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawd/internal/kubeapi/kubeapitest"
)

var web = pod.Ref{Namespace: "default", Name: "web-0", UID: "6f1c"}

func failed(text string) report.Report {
	r := report.New("chainsaw")
	r.Pod, r.Interface, r.Error = web, "net1", "chainsaw(101): "+text
	return r
}

// recording is a Recorder with what it told.
type recording struct {
	*Recorder

	mu       sync.Mutex
	outcomes map[Outcome]int
}

func newRecorder(t *testing.T, server *kubeapitest.Server) *recording {
	t.Helper()
	r := &recording{outcomes: map[Outcome]int{}}
	recorder, err := New(Config{
		API: server.Connect(), Node: "node-1", Log: slog.New(slog.DiscardHandler),
		Observe: func(o Outcome) {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.outcomes[o]++
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	r.Recorder = recorder
	r.sender.patience = []time.Duration{time.Second, 30 * time.Second}
	return r
}

func (r *recording) run(t *testing.T) *recording {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { ended <- r.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return r
}

func (r *recording) await(t *testing.T, o Outcome, n int) {
	t.Helper()
	kubeapitest.Await(t, fmt.Sprintf("%d %s", n, o), func() bool {
		r.mu.Lock()
		defer r.mu.Unlock()
		return r.outcomes[o] == n
	})
}

func TestEventOfAFailure(t *testing.T) {
	server := kubeapitest.Start(t)
	recorder := newRecorder(t, server).run(t)
	r := failed("`ip route` failed")
	r.Time = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	recorder.Report(r)
	recorder.await(t, Sent, 1)
	got := server.Events()[0]
	if got.Namespace != "default" || got.Type != core.EventTypeWarning || got.Reason != "CommandFailed" || got.Message != "net1: "+r.Error {
		t.Errorf("got %+v", got)
	}
	if about := got.InvolvedObject; about.Kind != "Pod" || about.Name != web.Name || string(about.UID) != web.UID {
		t.Errorf("it is about %+v", about)
	}
	if got.Source.Host != "node-1" || !got.LastTimestamp.Time.Equal(r.Time) {
		t.Errorf("from %+v at %v", got.Source, got.LastTimestamp)
	}
}

func TestEqualEventsAreCounted(t *testing.T) {
	server := kubeapitest.Start(t)
	recorder := newRecorder(t, server).run(t)
	for range 3 {
		recorder.Changed(web)
	}
	recorder.await(t, Sent, 3)
	got := server.Events()
	if len(got) != 1 || got[0].Count != 3 || got[0].Reason != "AnnotationChanged" || got[0].Type != core.EventTypeNormal {
		t.Errorf("got %+v", got)
	}
}

func TestEventThatHasGoneIsMadeAnew(t *testing.T) {
	server := kubeapitest.Start(t)
	recorder := newRecorder(t, server).run(t)
	recorder.Changed(web)
	recorder.await(t, Sent, 1)
	server.ForgetEvents()
	recorder.Changed(web)
	recorder.await(t, Sent, 2)
	if got := server.Events(); len(got) != 1 || got[0].Count != 2 {
		t.Errorf("got %+v", got)
	}
}

func TestFloodIsThinnedOut(t *testing.T) {
	server := kubeapitest.Start(t)
	recorder := newRecorder(t, server)
	recorder.sender.patience = []time.Duration{time.Minute} // a second attempt could be a second event
	recorder.run(t)
	for i := range 100 {
		recorder.Report(failed(fmt.Sprintf("for reason %d", i)))
		kubeapitest.Await(t, "the queue is empty", func() bool { return len(recorder.queue) == 0 })
	}
	const spam = 25 // what client-go lets through about one pod
	recorder.await(t, Spared, 100-spam)
	recorder.await(t, Sent, spam)
	if got := len(server.Events()); got > 10 {
		t.Errorf("%d events on one pod; want the later ones combined", got)
	}
}

func TestNobodyIsTold(t *testing.T) {
	server := kubeapitest.Start(t)
	recorder := newRecorder(t, server)
	for name, spoil := range map[string]func(r *report.Report){
		"of what went well":             func(r *report.Report) { r.Error = "" },
		"whose UID is not known":        func(r *report.Report) { r.Pod.UID = "" },
		"of a container without a pod":  func(r *report.Report) { r.Pod = pod.Ref{} },
		"whose name leads elsewhere":    func(r *report.Report) { r.Pod.Name = "../../secrets/x" },
		"whose namespace leads astray":  func(r *report.Report) { r.Pod.Namespace = "x/pods/y" },
		"of a pod that was not to find": func(r *report.Report) { r.Error = "chainsaw(104): there is no such pod" },
	} {
		t.Run(name, func(t *testing.T) {
			r := failed("x")
			spoil(&r)
			recorder.Report(r)
			if got := len(recorder.queue); got != 0 {
				t.Errorf("%d events", got)
			}
		})
	}
}

func TestServerThatHangsBlocksNobody(t *testing.T) {
	server := kubeapitest.Start(t)
	server.Set(kubeapitest.Faults{Hang: true})
	recorder := newRecorder(t, server).run(t)
	recorder.Changed(web)
	kubeapitest.Await(t, "a request", func() bool { return server.Hanging() == 1 })
	for i := range queued + 10 {
		recorder.Changed(pod.Ref{Namespace: "default", Name: "web-0", UID: fmt.Sprint(i)})
	}
	recorder.await(t, Dropped, 10)
}

func TestOnePodDoesNotFillTheQueue(t *testing.T) {
	server := kubeapitest.Start(t)
	recorder := newRecorder(t, server)
	for range queued {
		recorder.Changed(web)
	}
	recorder.await(t, Spared, queued-share)
	victim := pod.Ref{Namespace: "default", Name: "victim", UID: "7a2d"}
	recorder.Changed(victim)
	if got := len(recorder.queue); got != share+1 {
		t.Errorf("%d events wait, want %d", got, share+1)
	}
	recorder.run(t).await(t, Sent, share+1)
	recorder.Changed(web) // whose events have been sent
	recorder.await(t, Sent, share+2)
}

func TestServerThatComesBackGetsTheEvent(t *testing.T) {
	server := kubeapitest.Start(t)
	server.Set(kubeapitest.Faults{Events: http.StatusServiceUnavailable})
	recorder := newRecorder(t, server).run(t)
	recorder.Changed(web)
	kubeapitest.Await(t, "an attempt", func() bool { return server.Requests("create 503") > 0 })
	server.Set(kubeapitest.Faults{})
	recorder.await(t, Sent, 1)
}

func TestServerThatSaysNoIsNotAskedAgain(t *testing.T) {
	server := kubeapitest.Start(t)
	server.Set(kubeapitest.Faults{Events: http.StatusForbidden})
	recorder := newRecorder(t, server).run(t)
	recorder.Changed(web)
	recorder.await(t, Failed, 1)
	if got := server.Requests("create 403"); got != 1 {
		t.Errorf("%d attempts", got)
	}
}

func TestNotes(t *testing.T) {
	two, zero := 2, 0
	for name, test := range map[string]struct {
		report report.Report
		reason string
		says   string
	}{
		"refused":         {report.Report{Error: "chainsaw(100): refused `ip x`"}, "CommandsRefused", "net1: chainsaw(100): refused `ip x`"},
		"failed":          {report.Report{Error: "chainsaw(101): a"}, "CommandFailed", "net1: chainsaw(101): a"},
		"timed out":       {report.Report{Error: "chainsaw(102): a"}, "CommandFailed", "net1: chainsaw(102): a"},
		"malformed":       {report.Report{Error: "chainsaw(103): a"}, "CommandsMalformed", "net1: chainsaw(103): a"},
		"not looked up":   {report.Report{Error: "chainsaw(11): a"}, "LookupFailed", "net1: chainsaw(11): a"},
		"anything else":   {report.Report{Error: "chainsaw(50): a"}, "CommandsNotRun", "net1: chainsaw(50): a"},
		"went on without": {report.Report{Note: "the defaults ran"}, "LookupFailed", "net1: the defaults ran"},
		"went on after a failure": {
			report.Report{Commands: []report.Command{
				{Text: "link", ExitCode: &zero},
				{Text: "route add CURRENT_CIDR4", Expanded: "route add 10.0.0.1/8", Origin: "pod annotation #1", ExitCode: &two, Stderr: "a\nRTNETLINK answers: File exists\n"},
			}},
			"CommandFailed",
			"net1: command 2 of 2 failed, and the network lets the pod start without it: `route add 10.0.0.1/8` (pod annotation #1) ended with exit code 2: RTNETLINK answers: File exists",
		},
		"went on after a signal": {report.Report{Commands: []report.Command{{Text: "link", Signal: "killed"}}}, "CommandFailed", "was ended by a signal (killed)"},
		"went on after its time": {report.Report{Commands: []report.Command{{Text: "link", TimedOut: true, Duration: time.Second}}}, "CommandFailed", "ran longer than 1s"},
		"went on after several": {
			report.Report{Commands: []report.Command{{Text: "link"}, {Text: "addr", ExitCode: &two}, {Text: "route", ExitCode: &zero}, {Text: "rule", ExitCode: &two}}},
			"CommandFailed",
			"net1: command 2 of 4 (and 1 more) failed, and the network lets the pod start without it: `addr`",
		},
		"steers a terminal":       {report.Report{Error: "chainsaw(101): \x1b[2J\u202e"}, "CommandFailed", `\x1b[2J\u202e`},
		"is longer than an event": {report.Report{Error: "chainsaw(101): " + strings.Repeat("é", 600)}, "CommandFailed", "é..."},
	} {
		t.Run(name, func(t *testing.T) {
			test.report.Interface = "net1"
			got := notes(test.report)
			if len(got) != 1 || got[0].reason != test.reason || !strings.Contains(got[0].message, test.says) {
				t.Fatalf("got %+v; want %s with %q", got, test.reason, test.says)
			}
			if len(got[0].message) > 1024-len("(combined from similar events): ") {
				t.Errorf("%d bytes", len(got[0].message))
			}
		})
	}
}
