package spool

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/chainsaw-cni/chainsaw/shared/report"
)

func TestStraysAreRemovedAndCounted(t *testing.T) {
	good := entry{number: 1, pod: strings.Repeat("a", hashLen), event: strings.Repeat("b", hashLen)}
	named := good.fileName("x")
	write := func(text string) func(string) error {
		return func(path string) error { return os.WriteFile(path, []byte(text), 0o600) }
	}
	for name, test := range map[string]struct {
		name string
		make func(path string) error
		lost int64
	}{
		"another name":             {"passwd", write("{}"), 1},
		"half of a temporary file": {"new-X", write(`{"version":1,`), 1},
		"an empty file":            {named, write(""), 1},
		"a torn report":            {named, write(`{"version":1,"id":"x","pod":{`), 1},
		"no report":                {named, write(`[]`), 1},
		"another version":          {named, write(`{"version":2,"id":"x"}`), 1},
		"a report without ID":      {named, write(`{"version":1}`), 1},
		"deep nesting":             {named, write(strings.Repeat("[", 1<<20)), 1},
		"a huge file":              {named, func(p string) error { return errors.Join(write("")(p), os.Truncate(p, 1<<40)) }, 1},
		"a FIFO":                   {named, func(p string) error { return unix.Mkfifo(p, 0o600) }, 1},
		"a symlink":                {named, func(p string) error { return os.Symlink("/etc/passwd", p) }, 1},
		"a socket":                 {named, func(p string) error { return unix.Mknod(p, unix.S_IFSOCK|0o600, 0) }, 1},
		"a folder":                 {"lost+found", func(p string) error { return os.Mkdir(p, 0o700) }, 0},
		"torn losses":              {lostFile, write(`{"node":`), 0},
		"negative losses":          {lostFile, write(`{"node":-5}`), 0},
		"losses that are a FIFO":   {lostFile, func(p string) error { return unix.Mkfifo(p, 0o600) }, 0},
	} {
		t.Run(name, func(t *testing.T) {
			s := fresh(t)
			if err := os.MkdirAll(s.Dir, 0o700); err != nil {
				t.Fatal(err)
			}
			if err := test.make(filepath.Join(s.Dir, test.name)); err != nil {
				t.Fatal(err)
			}
			put(t, s, about("a", 1), about("a", 2))
			got := drain(t, s)
			if len(got) != 2 || got[0].Lost.Node+got[1].Lost.Node != test.lost {
				t.Errorf("%d reports with losses %+v", len(got), got)
			}
			drain(t, s) // forgets the losses of a pod that is no more
			if left := names(t, s); test.lost == 1 && len(left) != 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

func TestLockThatIsAFIFODoesNotHang(t *testing.T) {
	s := fresh(t)
	if err := errors.Join(os.MkdirAll(s.Dir, 0o700), unix.Mkfifo(filepath.Join(s.Dir, lockFile), 0o600)); err != nil {
		t.Fatal(err)
	}
	put(t, s, about("a", 1))
}

// TestLockThatIsNeverReleasedTakesFewThreads is about a chainsawd that tries again
// for days, while a plugin that has the lock hangs.
func TestLockThatIsNeverReleasedTakesFewThreads(t *testing.T) {
	s := fresh(t)
	put(t, s, about("a", 1))
	hung, err := os.Open(filepath.Join(s.Dir, lockFile))
	if err != nil {
		t.Fatal(err)
	}
	defer hung.Close()
	if err := unix.Flock(int(hung.Fd()), unix.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	before := runtime.NumGoroutine()
	impatient := s
	impatient.patience = time.Millisecond
	for range 2 * maxWaiters {
		if err := impatient.Each(t.Context(), nil); !errors.Is(err, context.DeadlineExceeded) {
			t.Fatal(err)
		}
	}
	if more := runtime.NumGoroutine() - before; more > maxWaiters {
		t.Errorf("%d goroutines wait, each with a thread", more)
	}
	hung.Close()
	if got := drain(t, s); len(got) != 1 {
		t.Errorf("%d reports", len(got))
	}
}

func TestPluginsAndDrainerAtOnce(t *testing.T) {
	const plugins, each = 24, 20
	s := fresh(t)
	var running sync.WaitGroup
	for p := range plugins {
		running.Go(func() {
			for n := range each {
				if err := s.Put(t.Context(), about(fmt.Sprint("pod-", p), n)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	done := make(chan struct{})
	go func() { running.Wait(); close(done) }()
	seen := make(map[string]bool)
	for finished := false; !finished; {
		select {
		case <-done:
			finished = true // and drain once more
		default:
		}
		for _, r := range drain(t, s) {
			if seen[r.ID] || r.Lost != (report.Lost{}) {
				t.Errorf("report %s: seen %t, losses %+v", r.ID, seen[r.ID], r.Lost)
			}
			seen[r.ID] = true
		}
	}
	if len(seen) != plugins*each {
		t.Errorf("%d of %d reports arrived", len(seen), plugins*each)
	}
}

// TestEachAttemptIsHandedOutOnce is about a pod that is retried while its report
// is handed out, which takes long where nobody reads the log.
func TestEachAttemptIsHandedOutOnce(t *testing.T) {
	s := fresh(t)
	stuck := errors.New("nobody reads")
	put(t, s, about("a", 1), about("a", 1))
	for range 3 {
		err := s.Each(t.Context(), func(report.Report) error {
			put(t, s, about("a", 1))
			return stuck
		})
		if !errors.Is(err, stuck) {
			t.Fatal(err)
		}
	}
	again, attempts := 4, 0
	for len(names(t, s)) > 0 {
		err := s.Each(t.Context(), func(r report.Report) error {
			attempts += 1 + r.Repeats
			if again--; again > 0 {
				put(t, s, about("a", 1))
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if want := 2 + 3 + 3; attempts != want {
		t.Errorf("the reports that were handed out stand for %d attempts, want %d", attempts, want)
	}
}

func TestReportThatMayHaveArrivedStaysAlone(t *testing.T) {
	s := fresh(t)
	perhaps, another := about("a", 1), about("a", 1)
	put(t, s, about("a", 1))
	for _, r := range []report.Report{perhaps, another} {
		if err := s.PutAlone(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	put(t, s, about("a", 1))
	got := drain(t, s)
	if len(got) != 3 || got[0].ID != perhaps.ID || got[1].ID != another.ID || got[0].Repeats+got[1].Repeats != 0 || got[2].Repeats != 1 {
		t.Errorf("got %+v: want the two by themselves, and the others in one", got)
	}
}

const dirVariable = "CHAINSAW_SPOOL_TEST_DIR"

// TestPlugin is no test but the process that the next one kills.
func TestPlugin(t *testing.T) {
	dir := os.Getenv(dirVariable)
	if dir == "" {
		t.Skip("run by TestAKilledPluginHarmsNothing")
	}
	for n := 0; ; n++ {
		r := about("a", n)
		r.Note = strings.Repeat("x", 500_000)
		put(t, Spool{Dir: dir, patience: time.Minute}, r)
	}
}

func TestAKilledPluginHarmsNothing(t *testing.T) {
	s := fresh(t)
	for range 10 {
		plugin := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestPlugin$")
		plugin.Env = append(os.Environ(), dirVariable+"="+s.Dir)
		if err := plugin.Start(); err != nil {
			t.Fatal(err)
		}
		for len(drain(t, s)) == 0 { // once one came out, it is in the middle of the next
		}
		if err := plugin.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = plugin.Wait()
	}
	put(t, s, about("b", 1))
	for _, r := range drain(t, s) {
		if r.Pod.Name == "a" && len(r.Note) != 500_000 {
			t.Errorf("a torn report was handed out")
		}
	}
	if left := names(t, s); len(left) > 1 {
		t.Errorf("left behind: %v", left)
	}
}

// onTinyDisk calls f on a thread with a mount namespace of its own, where the
// spool is a tmpfs of 64 KiB. The thread dies afterwards, and the mount with it.
func onTinyDisk(t *testing.T, dir string, f func()) {
	t.Helper()
	done := make(chan error)
	go func() {
		runtime.LockOSThread()
		err := errors.Join(
			os.MkdirAll(dir, 0o700),
			unix.Unshare(unix.CLONE_NEWNS),
			unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""),
			unix.Mount("tmpfs", dir, "tmpfs", 0, "size=64k,nr_inodes=32,mode=700"))
		if err == nil {
			defer close(done)
			f()
			return
		}
		done <- err
	}()
	if err := <-done; err != nil {
		t.Skipf("no tmpfs can be mounted here, run as root: %v", err)
	}
}

func TestAFullDisk(t *testing.T) {
	s := fresh(t)
	onTinyDisk(t, s.Dir, func() {
		small, large := about("a", 1), about("b", 2)
		large.Note = strings.Repeat("x", 100<<10)
		if err := s.Put(t.Context(), small); err != nil {
			t.Error(err)
		}
		if err := s.Put(t.Context(), large); !errors.Is(err, unix.ENOSPC) {
			t.Errorf("got %v, want ENOSPC", err)
		}
		again := about("a", 1)
		again.Note = large.Note
		if err := s.Put(t.Context(), again); !errors.Is(err, unix.ENOSPC) {
			t.Errorf("got %v, want ENOSPC", err)
		}
		got := drain(t, s)
		if len(got) != 1 || got[0].ID != small.ID || got[0].Lost != (report.Lost{Pod: 1, Node: 2}) {
			t.Errorf("got %+v", got)
		}
		if left := names(t, s); len(left) != 0 {
			t.Errorf("left behind: %v", left)
		}
	})
}
