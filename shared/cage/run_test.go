package cage

import (
	"bytes"
	"context"
	"errors"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func TestRunReportsHowItEnded(t *testing.T) {
	c := openCage(t, newNetNS(t), probe(t), None)
	tests := []struct {
		name string
		argv []string
		code int
		sig  unix.Signal
	}{
		{"success", []string{"exit", "0"}, 0, 0},
		{"failure", []string{"exit", "2"}, 2, 0},
		{"crash", []string{"crash"}, -1, unix.SIGSEGV},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := run(t, c, tt.argv...)
			if o.ExitCode != tt.code || o.Signal != tt.sig || o.TimedOut {
				t.Errorf("%+v, want code %d, signal %d, in time", o, tt.code, tt.sig)
			}
			if o.Duration <= 0 {
				t.Error("it took no time")
			}
		})
	}
}

func TestOutputIsBounded(t *testing.T) {
	c := openCage(t, newNetNS(t), probe(t), None)
	tests := []struct {
		name    string
		bytes   string
		kept    int
		dropped int64
	}{
		{"none", "0", 0, 0},
		{"as much as is kept", "65536", 65536, 0},
		{"one byte more", "65537", 65536, 1},
		{"100 MB", "100000000", 65536, 100000000 - 65536},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			before := allocated()
			o := run(t, c, "flood", tt.bytes)
			if grown := allocated() - before; grown > 2<<20 {
				t.Errorf("reading it took %d bytes of memory", grown)
			}
			for _, s := range []Stream{o.Stdout, o.Stderr} {
				if len(s.Kept) != tt.kept || s.Dropped != tt.dropped {
					t.Errorf("kept %d and dropped %d, want %d and %d", len(s.Kept), s.Dropped, tt.kept, tt.dropped)
				}
				if !bytes.Equal(s.Kept, bytes.Repeat([]byte("x"), tt.kept)) {
					t.Error("what was kept is not what was written")
				}
			}
		})
	}
}

// allocated is all that was ever allocated, so that no collection hides a part.
func allocated() uint64 {
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.TotalAlloc
}

func TestContextEndsCommand(t *testing.T) {
	ns := newNetNS(t)
	for _, what := range []string{"hang", "close-and-hang"} {
		t.Run(what, func(t *testing.T) {
			c := openCage(t, ns, probe(t), NetAdmin)
			ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
			defer cancel()
			o, err := c.Run(ctx, []string{what})
			if err != nil {
				t.Fatal(err)
			}
			if !o.TimedOut || o.Signal != unix.SIGKILL || o.ExitCode != -1 {
				t.Errorf("%+v, want killed at the timeout", o)
			}
			if o.Duration < 50*time.Millisecond || o.Duration > 5*time.Second {
				t.Errorf("it ended after %v", o.Duration)
			}
			if pids := commandsOf(t, os.Getpid()); len(pids) > 0 {
				t.Errorf("processes %v are left", pids)
			}
			if what == "hang" && string(o.Stdout.Kept) != "hanging\n" {
				t.Errorf("what it wrote is lost: %q", o.Stdout.Kept)
			}
			succeed(t, c, "exit", "0") // the cage still works
		})
	}
}

func TestRunNeverStartsUnderAnEndedContext(t *testing.T) {
	c := openCage(t, newNetNS(t), probe(t), None)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	o, err := c.Run(ctx, []string{"exit", "0"})
	if err != nil || !o.TimedOut || o.ExitCode != -1 {
		t.Errorf("%+v, %v: want it timed out", o, err)
	}
}

func TestRunsOneAfterTheOther(t *testing.T) {
	c := openCage(t, newNetNS(t), probe(t), None)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			o, err := c.Run(t.Context(), []string{"flood", "1000"})
			if err != nil || len(o.Stdout.Kept) != 1000 {
				t.Errorf("%d bytes, %v", len(o.Stdout.Kept), err)
			}
		})
	}
	wg.Wait()
}

func TestCageFailures(t *testing.T) {
	ns := newNetNS(t)
	open := func(ns int, ip string) error {
		c := Open(ns, ip, None)
		defer c.Close()
		_, err := c.Run(t.Context(), []string{"exit", "0"})
		return err
	}
	file, err := os.Open("/dev/null")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	tests := []struct {
		name string
		ns   int
		ip   string
		want error
		say  string
	}{
		{"a relative path", ns, "ip", nil, "no absolute path"},
		{"no such executable", ns, "/nonexistent/ip", unix.ENOENT, "start /nonexistent/ip in the cage"},
		{"not executable", ns, "/etc/passwd", unix.EACCES, "start /etc/passwd"},
		{"no descriptor", -1, "/bin/true", unix.EBADF, "build the cage in the netns"},
		{"not a netns", int(file.Fd()), "/bin/true", unix.EINVAL, "enter the netns"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := open(tt.ns, tt.ip)
			if err == nil || !strings.Contains(err.Error(), tt.say) || tt.want != nil && !errors.Is(err, tt.want) {
				t.Errorf("%v: want %q, %v", err, tt.say, tt.want)
			}
		})
	}
}

func TestClosedCageRunsNothing(t *testing.T) {
	c := openCage(t, newNetNS(t), probe(t), None)
	for range 2 {
		c.Close()
	}
	if _, err := c.Run(t.Context(), []string{"exit", "0"}); !errors.Is(err, errClosed) {
		t.Errorf("%v, want %v", err, errClosed)
	}
}

func TestNothingIsLeftOpen(t *testing.T) {
	ns, path := newNetNS(t), probe(t)
	use := func() {
		c := Open(ns, path, None)
		run(t, c, "exit", "0")
		thread := c.thread
		c.Close()
		<-thread.done
	}
	use() // what the runtime opens once
	before := openFiles(t)
	for range 5 {
		use()
	}
	if after := openFiles(t); after != before {
		t.Errorf("%d files are open, %d before", after, before)
	}
}

func openFiles(t *testing.T) int {
	t.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(entries)
}

func TestCheck(t *testing.T) {
	ipCommand(t)
	newNetNS(t) // skips without the rights
	if err := Check(); err != nil {
		t.Error(err)
	}
}

func TestCheckTellsWhy(t *testing.T) {
	c := openCage(t, newNetNS(t), probe(t), None)
	if err := c.check(); err == nil || !strings.Contains(err.Error(), "exit code 99") {
		t.Errorf("%v: want the exit code", err)
	}
}
