package atomicfile

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/chainsaw-cni/chainsaw/tools/chainsawd/internal/nodetest"
)

// TestMain is also the writer that is killed in the middle.
func TestMain(m *testing.M) {
	if path := os.Getenv("CHAINSAW_TEST_HANGING_WRITER"); path != "" {
		_ = Write(path, 0o644, os.Stdin)
		os.Exit(1) // it should not have come so far
	}
	os.Exit(m.Run())
}

func mustWrite(t *testing.T, path, content string) {
	t.Helper()
	if err := Write(path, 0o644, strings.NewReader(content)); err != nil {
		t.Fatal(err)
	}
}

func wantContent(t *testing.T, path, want string) {
	t.Helper()
	if got, err := os.ReadFile(path); string(got) != want {
		t.Errorf("%s has %q, %v: want %q", path, got, err, want)
	}
}

func TestWriteSetsModeDespiteUmask(t *testing.T) {
	defer unix.Umask(unix.Umask(0o077))
	path := filepath.Join(t.TempDir(), "file")
	if err := Write(path, 0o755, strings.NewReader("new")); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode() != 0o755 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	wantContent(t, path, "new")
	nodetest.WantFiles(t, filepath.Dir(path), "file")
}

func TestWriteReplacesLinkAndNotItsTarget(t *testing.T) {
	dir, elsewhere := t.TempDir(), filepath.Join(t.TempDir(), "target")
	mustWrite(t, elsewhere, "theirs")
	path := filepath.Join(dir, "file")
	if err := os.Symlink(elsewhere, path); err != nil {
		t.Fatal(err)
	}
	mustWrite(t, path, "ours")
	wantContent(t, path, "ours")
	wantContent(t, elsewhere, "theirs")
}

func TestWriteFollowsLinkToFolder(t *testing.T) {
	dir := t.TempDir()
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(dir, link); err != nil {
		t.Fatal(err)
	}
	mustWrite(t, filepath.Join(link, "file"), "new")
	nodetest.WantFiles(t, dir, "file")
}

func TestWriteLeavesFolderInItsPlace(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	if err := os.Mkdir(path, 0o755); err != nil {
		t.Fatal(err)
	}
	err := Write(path, 0o644, strings.NewReader("new"))
	if err == nil || !strings.Contains(err.Error(), "move it away") {
		t.Errorf("%v: want what to do", err)
	}
	nodetest.WantFiles(t, dir, "file")
}

func TestWriteReplacesWhatIsExecuted(t *testing.T) {
	sleep, err := os.Open("/bin/sleep")
	if err != nil {
		t.Skipf("no program to execute: %v", err)
	}
	defer sleep.Close()
	path := filepath.Join(t.TempDir(), "program")
	if err := Write(path, 0o755, sleep); err != nil {
		t.Fatal(err)
	}
	running := exec.Command(path, "60")
	if err := running.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = running.Process.Kill(); _ = running.Wait() }()
	if err := os.WriteFile(path, nil, 0o755); !errors.Is(err, unix.ETXTBSY) {
		t.Fatalf("%v: a copy should find it busy, or this test shows nothing", err)
	}
	mustWrite(t, path, "new")
	wantContent(t, path, "new")
}

func TestWriteOfKilledProcessLeavesOldFileAndIsSwept(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	mustWrite(t, path, "old")
	content, feed, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer feed.Close()
	writer := exec.Command("/proc/self/exe")
	writer.Env = append(os.Environ(), "CHAINSAW_TEST_HANGING_WRITER="+path)
	writer.Stdin = content
	if err := writer.Start(); err != nil {
		t.Fatal(err)
	}
	content.Close()
	// A pipe takes 64 KiB: when twice as much is in it, the writer has begun.
	if _, err := feed.Write(make([]byte, 128<<10)); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(writer.Process.Kill()); err != nil {
		t.Fatal(err)
	}
	_ = writer.Wait()

	wantContent(t, path, "old")
	if leftovers, err := filepath.Glob(filepath.Join(dir, ".file"+mark+"*")); err != nil || len(leftovers) != 1 {
		t.Fatalf("%q, %v: the writer should have been killed with its file half written", leftovers, err)
	}
	others := filepath.Join(dir, ".another"+mark+"1")
	if err := os.WriteFile(others, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Sweep(path); err != nil {
		t.Fatal(err)
	}
	nodetest.WantFiles(t, dir, filepath.Base(others), "file")
}

func TestWriteToFullDiskLeavesOldFileAndNothingElse(t *testing.T) {
	if !nodetest.Alone(t) {
		return
	}
	dir := t.TempDir()
	nodetest.Disk(t, dir, "64")
	path := filepath.Join(dir, "file")
	mustWrite(t, path, "old")
	err := Write(path, 0o644, strings.NewReader(strings.Repeat("new", 64<<10)))
	if !errors.Is(err, unix.ENOSPC) {
		t.Errorf("%v: want a full disk", err)
	}
	wantContent(t, path, "old")
	nodetest.WantFiles(t, dir, "file")
}

func TestWriteToReadOnlyFolder(t *testing.T) {
	if !nodetest.Alone(t) {
		return
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	undo := nodetest.ReadOnly(t, dir)
	if err := Write(path, 0o644, strings.NewReader("new")); !errors.Is(err, unix.EROFS) {
		t.Errorf("%v: want a read-only file system", err)
	}
	undo()
	mustWrite(t, path, "new")
}

func TestWriteKeepsLabel(t *testing.T) {
	dir := t.TempDir()
	neighbour, path := filepath.Join(dir, "a"), filepath.Join(dir, "file")
	mustWrite(t, neighbour, "theirs")
	label := func(path, label string) {
		t.Helper()
		if err := unix.Setxattr(path, labelAttribute, []byte(label), 0); err != nil {
			t.Skipf("no right to give a file a SELinux label here: %v", err)
		}
	}
	want := func(want string) {
		t.Helper()
		if got := labelOf(path); string(got) != want {
			t.Errorf("the label is %q: want %q", got, want)
		}
	}
	label(neighbour, "system_u:object_r:bin_t:s0")
	mustWrite(t, path, "first")
	want("system_u:object_r:bin_t:s0")
	label(path, "system_u:object_r:usr_t:s0")
	mustWrite(t, path, "second")
	want("system_u:object_r:usr_t:s0")
}

func TestRemove(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	mustWrite(t, path, "old")
	if err := os.WriteFile(filepath.Join(dir, ".file"+mark+"1"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Remove(path); err != nil {
		t.Fatal(err)
	}
	nodetest.WantFiles(t, dir)
	for _, missing := range []string{path, filepath.Join(dir, "no-folder", "file")} {
		if err := Remove(missing); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%v: want that there is none", err)
		}
	}
}
