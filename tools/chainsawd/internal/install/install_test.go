package install

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/chainsaw-cni/chainsaw/shared/rootowned/rootownedtest"
)

// node is an Installer, and what it has said.
type node struct {
	Installer
	log     bytes.Buffer
	changes map[string]Change // of the last look
}

// newNode has an image whose executables are text, and whose `ip` is a program
// with libraries.
func newNode(t *testing.T) *node {
	t.Helper()
	const program = "/bin/true"
	if _, err := os.Stat(program); err != nil {
		t.Skipf("there is no program to stage: %v", err)
	}
	folder := rootownedtest.Folder(t)
	n := &node{changes: map[string]Change{}}
	n.Installer = Installer{
		Source: t.TempDir(), CNIDirs: []string{filepath.Join(folder, "cni"), filepath.Join(folder, "other")},
		StateDir: filepath.Join(folder, "state"), IP: program,
		Log:     slog.New(slog.NewTextHandler(&n.log, nil)),
		Observe: func(path string, change Change) { n.changes[path] = change },
	}
	for _, dir := range n.CNIDirs {
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	n.release(t, "1")
	return n
}

// release makes the image one of that version, which a new chainsawd brings.
func (n *node) release(t *testing.T, version string) {
	t.Helper()
	for _, name := range append(Plugins(), Helper) {
		if err := os.WriteFile(filepath.Join(n.Source, name), []byte(name+version), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	n.stage, n.seen = nil, nil
}

func (n *node) mustApply(t *testing.T) {
	t.Helper()
	if err := n.Apply(); err != nil {
		t.Fatal(err)
	}
}

func (n *node) wantVersion(t *testing.T, want string) {
	t.Helper()
	for _, path := range append(pluginPaths(n.CNIDirs), helperPath(n.StateDir)) {
		got, err := os.ReadFile(path)
		if string(got) != filepath.Base(path)+want {
			t.Errorf("%s has %q, %v: want version %s", path, got, err, want)
		}
		if info, err := os.Lstat(path); err != nil || info.Mode() != 0o755 {
			t.Errorf("%s: %v, %v: want an executable", path, info, err)
		}
	}
}

func (n *node) plugin() string { return filepath.Join(n.CNIDirs[0], "chainsaw") }

func TestApplyInstallsOnce(t *testing.T) {
	defer unix.Umask(unix.Umask(0o077))
	n := newNode(t)
	n.mustApply(t)
	n.wantVersion(t, "1")
	if out, err := exec.Command(ipPath(n.StateDir)).CombinedOutput(); err != nil {
		t.Errorf("the staged program does not run: %v: %s", err, out)
	}
	for path, change := range n.changes {
		if change != Installed {
			t.Errorf("%s is %s", path, change)
		}
	}
	n.mustApply(t)
	for path, change := range n.changes {
		if change != InPlace {
			t.Errorf("%s is %s the second time", path, change)
		}
	}
}

func TestLookReadsNothingThatWasNotTouched(t *testing.T) {
	n := newNode(t)
	n.mustApply(t)
	n.mustApply(t) // compares what was installed
	if err := os.RemoveAll(n.Source); err != nil {
		t.Fatal(err)
	}
	n.mustApply(t)
	if err := os.WriteFile(n.plugin(), []byte("chainsaw1"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := n.Apply(); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v: a file that was touched must be compared", err)
	}
}

func TestApplyUpgradesAndDowngrades(t *testing.T) {
	n := newNode(t)
	for _, version := range []string{"1", "2", "1"} {
		n.release(t, version)
		n.mustApply(t)
		n.wantVersion(t, version)
	}
}

func TestApplyPutsBack(t *testing.T) {
	tests := map[string]func(path string) error{
		"what is gone":              func(path string) error { return os.Remove(path) },
		"what is another":           func(path string) error { return os.WriteFile(path, []byte("chainsaX1"), 0o755) },
		"what is longer":            func(path string) error { return os.WriteFile(path, []byte("chainsaw1 and more"), 0o755) },
		"what was cut to nothing":   func(path string) error { return os.Truncate(path, 0) },
		"what cannot be executed":   func(path string) error { return os.Chmod(path, 0o644) },
		"what others can write":     func(path string) error { return os.Chmod(path, 0o777) },
		"what was made setuid":      func(path string) error { return os.Chmod(path, 0o755|fs.ModeSetuid) },
		"a link to the same":        func(path string) error { return errors.Join(os.Rename(path, path+"2"), os.Symlink(path+"2", path)) },
		"a FIFO that nobody writes": func(path string) error { return errors.Join(os.Remove(path), unix.Mkfifo(path, 0o755)) },
	}
	for name, spoil := range tests {
		t.Run(name, func(t *testing.T) {
			n := newNode(t)
			n.mustApply(t)
			if err := spoil(n.plugin()); err != nil {
				t.Fatal(err)
			}
			n.mustApply(t)
			n.wantVersion(t, "1")
			if got := n.changes[n.plugin()]; got != Restored {
				t.Errorf("it is said to be %s", got)
			}
			if !strings.Contains(n.log.String(), "put back") {
				t.Errorf("the log does not say so: %s", n.log.String())
			}
		})
	}
}

func TestApplyRemovesLeftoversOfKilledPredecessor(t *testing.T) {
	n := newNode(t)
	n.mustApply(t)
	leftover := filepath.Join(n.CNIDirs[0], ".chainsaw.chainsawd-new-XYZ")
	if err := os.WriteFile(leftover, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	n.mustApply(t)
	if _, err := os.Stat(leftover); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v: it is still there", err)
	}
}

func TestOldLibrariesStayForOneLook(t *testing.T) {
	n := newNode(t)
	n.mustApply(t)
	old := filepath.Join(librariesDir(n.StateDir), "0123456789abcdef")
	if err := os.Mkdir(old, 0o755); err != nil {
		t.Fatal(err)
	}
	n.release(t, "2")
	n.mustApply(t)
	if _, err := os.Stat(old); err != nil {
		t.Errorf("%v: an ip that has just been started may want them", err)
	}
	n.mustApply(t)
	if _, err := os.Stat(old); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v: they are still there", err)
	}
	if out, err := exec.Command(ipPath(n.StateDir)).CombinedOutput(); err != nil {
		t.Errorf("the staged program does not run any more: %v: %s", err, out)
	}
}

func TestPreflightNamesWhatIsMissingAndTouchesNothing(t *testing.T) {
	n := newNode(t)
	if err := os.Mkdir(n.StateDir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := n.Preflight(); err != nil {
		t.Errorf("a node that is in order: %v", err)
	}
	if files, err := os.ReadDir(n.StateDir); err != nil || len(files) > 0 {
		t.Errorf("%v, %v: want nothing", files, err)
	}
	n.CNIDirs = append(n.CNIDirs, filepath.Join(n.StateDir, "missing"))
	n.IP = filepath.Join(n.Source, "ip")
	if err := os.Remove(filepath.Join(n.Source, Helper)); err != nil {
		t.Fatal(err)
	}
	err := n.Preflight()
	for _, want := range []string{Helper, "choose the profile", "staging ip"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not say %q", err, want)
		}
	}
}

func TestEqualReadsToTheEnd(t *testing.T) {
	long := strings.Repeat("x", 64<<10)
	for _, tt := range []struct {
		there, wanted string
		want          bool
	}{
		{"", "", true},
		{long, long, true},
		{long + "a", long + "a", true},
		{long + "a", long, false},
		{long, long + "a", false},
		{long + "a", long + "b", false},
		{long + long, long + long, true},
	} {
		got, err := equal(strings.NewReader(tt.there), strings.NewReader(tt.wanted))
		if got != tt.want || err != nil {
			t.Errorf("%d and %d bytes: %v, %v", len(tt.there), len(tt.wanted), got, err)
		}
	}
}

func TestProfiles(t *testing.T) {
	for _, profile := range Profiles() {
		if dir, err := CNIDir(profile); err != nil || !filepath.IsAbs(dir) {
			t.Errorf("%s: %q, %v", profile, dir, err)
		}
	}
	if _, err := CNIDir("k8s"); err == nil || !strings.Contains(err.Error(), fmt.Sprintf("%q", "k3s")) {
		t.Errorf("%v: want the profiles that there are", err)
	}
}
