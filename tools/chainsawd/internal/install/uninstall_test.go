package install

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chainsaw-cni/chainsaw/tools/chainsawd/internal/lock"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawd/internal/nodetest"
)

// ofOurs and ofOthers are what libcni keeps of an attachment.
const (
	ofOurs   = `{"kind":"cniCacheV1","config":"eyJ0eXBlIjoiY2hhaW5zYXctZmlsdGVyIn0="}`
	ofOthers = `{"kind":"cniCacheV1","config":"eyJ0eXBlIjoiYnJpZGdlIn0="}`
)

// newRemoval is from a node on which everything has been installed, and which
// has one attachment.
func newRemoval(t *testing.T, attachment string) (*Removal, *bytes.Buffer) {
	t.Helper()
	n := newNode(t)
	n.mustApply(t)
	folder := filepath.Dir(n.StateDir)
	out := &bytes.Buffer{}
	r := &Removal{
		CNIDirs: n.CNIDirs, StateDir: n.StateDir,
		Kubeconfig: filepath.Join(folder, "kubeconfig"),
		Caches:     []string{filepath.Join(folder, "results")},
		Lock:       filepath.Join(folder, "run", "lock"),
		Out:        out,
	}
	steps := []error{
		os.WriteFile(r.Kubeconfig, nil, 0o600),
		os.Mkdir(r.Caches[0], 0o700),
		os.WriteFile(filepath.Join(r.Caches[0], "storage-c1-net1"), []byte(attachment), 0o600),
		os.Mkdir(filepath.Join(r.StateDir, "spool"), 0o700),
		os.WriteFile(filepath.Join(r.CNIDirs[0], "bridge"), nil, 0o755),
		os.WriteFile(filepath.Join(r.CNIDirs[0], ".chainsaw.chainsawd-new-X"), nil, 0o755),
	}
	if err := errors.Join(steps...); err != nil {
		t.Fatal(err)
	}
	return r, out
}

func (r *Removal) wantAllGone(t *testing.T) {
	t.Helper()
	nodetest.WantFiles(t, r.CNIDirs[0], "bridge")
	nodetest.WantFiles(t, r.CNIDirs[1])
	nodetest.WantFiles(t, r.StateDir, "spool")
	if _, err := os.Stat(r.Kubeconfig); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the kubeconfig: %v", err)
	}
}

func (r *Removal) wantAllThere(t *testing.T) {
	t.Helper()
	for _, path := range append(pluginPaths(r.CNIDirs), helperPath(r.StateDir), ipPath(r.StateDir), r.Kubeconfig) {
		if _, err := os.Stat(path); err != nil {
			t.Error(err)
		}
	}
}

func TestUninstallTakesOurFilesPluginsLast(t *testing.T) {
	r, out := newRemoval(t, ofOthers)
	if err := r.Run(); err != nil {
		t.Fatal(err)
	}
	r.wantAllGone(t)
	var order []int
	for _, path := range []string{r.Kubeconfig, helperPath(r.StateDir), filepath.Join(r.CNIDirs[0], "chainsaw"), "left in place: /var/lib/chainsaw/policy.json"} {
		order = append(order, strings.Index(out.String(), path))
	}
	for i, at := range order {
		if at < 0 || i > 0 && at < order[i-1] {
			t.Fatalf("%v: want the kubeconfig, the helper, the plugins, and what is left:\n%s", order, out)
		}
	}
	if err := r.Run(); err != nil {
		t.Errorf("a second time: %v", err)
	}
}

func TestUninstallRefusesAndRemovesNothing(t *testing.T) {
	tests := []struct {
		name       string
		attachment string
		spoil      func(t *testing.T, r *Removal)
		says       string
	}{
		{"with live attachments", ofOurs, func(*testing.T, *Removal) {}, "storage-c1-net1, were made with our plugins"},
		{"when it cannot know", ofOthers, func(_ *testing.T, r *Removal) { r.Caches = []string{"/no/such/folder"} }, "--force uninstalls"},
		{"while a chainsawd runs", ofOthers, func(t *testing.T, r *Removal) {
			t.Helper()
			held, err := lock.Try(r.Lock)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(held.Release)
		}, "delete its DaemonSet first"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r, _ := newRemoval(t, tt.attachment)
			tt.spoil(t, r)
			if err := r.Run(); err == nil || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("%v: want %q", err, tt.says)
			}
			r.wantAllThere(t)
		})
	}
}

func TestUninstallByForce(t *testing.T) {
	r, out := newRemoval(t, ofOurs)
	r.Force = true
	if err := r.Run(); err != nil {
		t.Fatal(err)
	}
	r.wantAllGone(t)
	if !strings.Contains(out.String(), "warning") {
		t.Errorf("no warning: %s", out)
	}
}

func TestUninstallOfNodeWithMissingFolders(t *testing.T) {
	r, _ := newRemoval(t, ofOthers)
	r.CNIDirs = append(r.CNIDirs, filepath.Join(r.StateDir, "missing"))
	if err := os.RemoveAll(filepath.Join(r.StateDir, "bin")); err != nil {
		t.Fatal(err)
	}
	if err := r.Run(); err != nil {
		t.Fatal(err)
	}
	r.wantAllGone(t)
}
