package output

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chainsaw-cni/chainsaw/shared/report"
)

func aReport(id string) report.Report {
	r := report.New("chainsaw")
	r.ID, r.Interface, r.Netns = id, "net1", "abc"
	zero := 0
	c := report.Asked("pod annotation #1", "ip route "+id)
	c.Verdict, c.ExitCode, c.Stdout = report.Allowed, &zero, strings.Repeat("default via 192.0.2.1 dev net1\n", 100)
	r.Commands = []report.Command{c}
	return r
}

func nobody(report.Report) {}

func TestPrintsEachReportOnce(t *testing.T) {
	var out bytes.Buffer
	var told []string
	p := New(&out, Text, func(r report.Report) { told = append(told, r.ID) })
	for _, id := range []string{"a", "b", "a"} {
		if err := p.Print(t.Context(), aReport(id)); err != nil {
			t.Fatal(err)
		}
	}
	if n := strings.Count(out.String(), "Chainsaw report:"); n != 2 {
		t.Errorf("%d reports are printed, want 2:\n%s", n, out.String())
	}
	if fmt.Sprint(told) != "[a b]" {
		t.Errorf("told of %v", told)
	}
}

func TestReportsThatComeTogetherDoNotMix(t *testing.T) {
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	var whole []string
	p := New(writer, JSON, nobody)
	var done sync.WaitGroup
	for i := range 2 * maxWaiting {
		done.Go(func() {
			for errors.Is(p.Print(t.Context(), aReport(fmt.Sprint("id", i))), ErrStuck) {
				continue // too many waited; a plugin would spool
			}
		})
	}
	go func() { done.Wait(); writer.Close() }()
	text, err := io.ReadAll(reader)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, `{"version":1,"id":"id`) && strings.HasSuffix(line, "}\n") {
			whole = append(whole, line)
		}
	}
	if n := strings.Count(string(text), "\n"); n != 2*maxWaiting || len(whole) != n {
		t.Errorf("%d lines, %d of them whole reports; want %d", n, len(whole), 2*maxWaiting)
	}
}

// stuck is an output that nobody reads until it is told so.
type stuck struct {
	read chan struct{}
	bytes.Buffer
}

func (s *stuck) Write(b []byte) (int, error) {
	<-s.read
	return s.Buffer.Write(b)
}

func TestStuckOutputHoldsNobodyUp(t *testing.T) {
	out := &stuck{read: make(chan struct{})}
	var told []string
	p := New(out, Text, func(r report.Report) { told = append(told, r.ID) })
	patience, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	for _, id := range []string{"begun", "waited"} {
		if err := p.Print(patience, aReport(id)); !errors.Is(err, ErrStuck) {
			t.Errorf("printing %q: %v", id, err)
		}
	}

	var waiting sync.WaitGroup
	ctx, end := context.WithCancel(t.Context())
	for range maxWaiting {
		waiting.Go(func() { _ = p.Print(ctx, aReport("waits")) })
	}
	for len(p.waiting) < maxWaiting {
		runtime.Gosched()
	}
	if err := p.Print(t.Context(), aReport("one too many")); !errors.Is(err, ErrStuck) {
		t.Errorf("with a full queue: %v", err)
	}
	end()
	waiting.Wait()

	close(out.read)
	if err := p.Print(t.Context(), aReport("another")); err != nil { // after what was begun
		t.Error(err)
	}
	if fmt.Sprint(told) != "[another]" {
		t.Errorf("told of %v: what was begun is still its sender's", told)
	}
	for range 2 {
		if err := p.Print(t.Context(), aReport("begun")); err != nil {
			t.Error(err)
		}
	}
	if fmt.Sprint(told) != "[another begun]" {
		t.Errorf("told of %v", told)
	}
	if n := strings.Count(out.String(), "ip route begun ="); n != 1 {
		t.Errorf("what was begun and came again is printed %d times", n)
	}
}

// full takes so many bytes, and then no more until it is emptied.
type full struct {
	room int
	bytes.Buffer
}

func (f *full) Write(b []byte) (int, error) {
	if len(b) > f.room {
		f.Buffer.Write(b[:f.room])
		return f.room, errors.New("no space left")
	}
	return f.Buffer.Write(b)
}

func TestReportThatWasTornIsPrintedWholeOnALineOfItsOwn(t *testing.T) {
	out := &full{room: 40}
	p := New(out, Text, nobody)
	if err := p.Print(t.Context(), aReport("a")); err == nil {
		t.Fatal("a write that failed went unnoticed")
	}
	out.room = 1 << 20
	if err := p.Print(t.Context(), aReport("a")); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "\nChainsaw report: pod none, interface net1") {
		t.Errorf("the output is\n%s", out.String())
	}
}

func TestWhatWasSeenIsForgottenInOrder(t *testing.T) {
	var s seen
	for i := range remembered + 10 {
		s.add(fmt.Sprint(i))
	}
	if s.has("9") || !s.has("10") || !s.has(fmt.Sprint(remembered+9)) || len(s.known) != remembered {
		t.Errorf("%d are known; the oldest should be gone, the others not", len(s.known))
	}
	if s.add(""); s.has("") {
		t.Error("reports without an ID count as one")
	}
}
