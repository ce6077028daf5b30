package install

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/chainsaw-cni/chainsaw/tools/chainsawd/internal/nodetest"
)

func TestApplyGoesOnAfterBrokenFolder(t *testing.T) {
	n := newNode(t)
	if err := os.Mkdir(n.plugin(), 0o755); err != nil {
		t.Fatal(err)
	}
	missing := filepath.Join(n.StateDir, "..", "missing")
	n.CNIDirs = slices.Insert(n.CNIDirs, 0, missing)
	err := n.Apply()
	if err == nil || !strings.Contains(err.Error(), "missing") || !strings.Contains(err.Error(), "move it away") {
		t.Errorf("%v: want both faults", err)
	}
	healthy := filepath.Join(n.CNIDirs[2], "chainsaw")
	if n.changes[healthy] != Installed || n.changes[filepath.Join(n.CNIDirs[1], "chainsaw")] != Failed {
		t.Errorf("%v", n.changes)
	}
}

func TestApplyLeavesPluginsIfTheirFolderIsNotRoots(t *testing.T) {
	n := newNode(t)
	n.StateDir = filepath.Join(t.TempDir(), "state") // below /tmp
	err := n.Apply()
	if err == nil || !strings.Contains(err.Error(), "only root can write") {
		t.Errorf("%v: want a refusal", err)
	}
	if _, err := os.Stat(n.plugin()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v: a plugin was installed", err)
	}
}

func TestApplyWarnsOnceOfCNIFolderThatIsNotRoots(t *testing.T) {
	n := newNode(t)
	if err := os.Chmod(n.CNIDirs[0], 0o777); err != nil {
		t.Fatal(err)
	}
	n.mustApply(t)
	n.mustApply(t)
	n.wantVersion(t, "1")
	if got := strings.Count(n.log.String(), "NOT ONLY ROOT"); got != 1 {
		t.Errorf("%d warnings: %s", got, n.log.String())
	}
}

func TestApplyReplacesPluginThatRuns(t *testing.T) {
	n := newNode(t)
	sleep, err := os.ReadFile("/bin/sleep")
	if err != nil {
		t.Skip(err)
	}
	if err := os.WriteFile(n.plugin(), sleep, 0o755); err != nil {
		t.Fatal(err)
	}
	running := exec.Command(n.plugin(), "60")
	if err := running.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = running.Process.Kill(); _ = running.Wait() }()
	n.mustApply(t)
	n.wantVersion(t, "1")
}

func TestApplyOnReadOnlyNodeRecovers(t *testing.T) {
	if !nodetest.Alone(t) {
		return
	}
	n := newNode(t)
	undo := nodetest.ReadOnly(t, n.CNIDirs[0])
	if err := n.Apply(); !errors.Is(err, unix.EROFS) {
		t.Errorf("%v: want a read-only file system", err)
	}
	if err := n.Preflight(); !errors.Is(err, unix.EROFS) {
		t.Errorf("%v: want that it is known before", err)
	}
	undo()
	n.mustApply(t)
	n.wantVersion(t, "1")
}

func TestApplyOnFullDiskKeepsOldPlugins(t *testing.T) {
	if !nodetest.Alone(t) {
		return
	}
	n := newNode(t)
	nodetest.Disk(t, n.CNIDirs[0], "64")
	n.mustApply(t)
	filler := filepath.Join(n.CNIDirs[0], "filler")
	if err := os.WriteFile(filler, make([]byte, 1<<20), 0o600); !errors.Is(err, unix.ENOSPC) {
		t.Fatalf("%v: the disk should be full", err)
	}
	n.release(t, "2")
	if err := n.Apply(); !errors.Is(err, unix.ENOSPC) {
		t.Errorf("%v: want a full disk", err)
	}
	if got, err := os.ReadFile(n.plugin()); string(got) != "chainsaw1" {
		t.Errorf("%q, %v: want the old one", got, err)
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	n.mustApply(t)
	n.wantVersion(t, "2")
}
