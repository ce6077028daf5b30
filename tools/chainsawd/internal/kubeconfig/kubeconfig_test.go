package kubeconfig

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"k8s.io/client-go/tools/clientcmd"

	"github.com/chainsaw-cni/chainsaw/shared/rootowned/rootownedtest"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawd/internal/kubeapi"
)

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func newWriter(t *testing.T) Writer {
	t.Helper()
	account := kubeapi.Account{Server: "https://192.0.2.1:443", Folder: t.TempDir()}
	write(t, account.TokenFile(), "first\n")
	write(t, account.CAFile(), "a CA")
	return Writer{Account: account, Path: Paths(rootownedtest.Folder(t))[0], Log: slog.New(slog.DiscardHandler)}
}

func (w Writer) applied() error {
	_, err := w.apply()
	return err
}

// has is the token and the CA in the kubeconfig.
func has(t *testing.T, path string) (token, ca string) {
	t.Helper()
	config, err := clientcmd.LoadFromFile(path)
	if err != nil {
		t.Fatal(err)
	}
	context := config.Contexts[config.CurrentContext]
	cluster := config.Clusters[context.Cluster]
	if cluster.Server != "https://192.0.2.1:443" {
		t.Errorf("the server is %q", cluster.Server)
	}
	return config.AuthInfos[context.AuthInfo].Token, string(cluster.CertificateAuthorityData)
}

func TestApplyWrites(t *testing.T) {
	w := newWriter(t)
	if err := w.applied(); err != nil {
		t.Fatal(err)
	}
	if token, ca := has(t, w.Path); token != "first" || ca != "a CA" {
		t.Errorf("token %q, CA %q", token, ca)
	}
	for path, want := range map[string]fs.FileMode{w.Path: 0o600, filepath.Dir(w.Path): fs.ModeDir | 0o700} {
		if info, err := os.Lstat(path); err != nil || info.Mode() != want {
			t.Errorf("%s: %v, %v; want %v", path, info.Mode(), err, want)
		}
	}
	t.Run("nothing anew", func(t *testing.T) {
		if changed, err := w.apply(); changed || err != nil {
			t.Errorf("changed %t, %v", changed, err)
		}
	})
}

func TestApplyMends(t *testing.T) {
	for name, spoil := range map[string]func(w Writer) error{
		"what others may read":      func(w Writer) error { return os.Chmod(w.Path, 0o644) },
		"a file that was removed":   func(w Writer) error { return os.Remove(w.Path) },
		"a folder that was removed": func(w Writer) error { return os.RemoveAll(filepath.Dir(w.Path)) },
		"a file that was cut":       func(w Writer) error { return os.Truncate(w.Path, int64(len(header))) },
		"a token that was renewed":  func(w Writer) error { return os.WriteFile(w.Account.TokenFile(), []byte("second"), 0o600) },
		"a CA that was renewed":     func(w Writer) error { return os.WriteFile(w.Account.CAFile(), []byte("another"), 0o600) },
		"what a killed writer left": func(w Writer) error { return os.Rename(w.Path, half(w)) },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWriter(t)
			if err := errors.Join(w.applied(), spoil(w)); err != nil {
				t.Fatal(err)
			}
			if changed, err := w.apply(); !changed || err != nil {
				t.Fatalf("changed %t, %v", changed, err)
			}
			token, ca := has(t, w.Path)
			wantToken, _ := os.ReadFile(w.Account.TokenFile())
			wantCA, _ := os.ReadFile(w.Account.CAFile())
			if token != strings.TrimSpace(string(wantToken)) || ca != string(wantCA) {
				t.Errorf("token %q, CA %q", token, ca)
			}
			if files, _ := os.ReadDir(filepath.Dir(w.Path)); len(files) != 1 {
				t.Errorf("beside it: %v", files)
			}
		})
	}
}

// half is a name as package atomicfile gives to what is not complete.
func half(w Writer) string {
	return filepath.Join(filepath.Dir(w.Path), "."+filepath.Base(w.Path)+".chainsawd-new-X")
}

func TestApplyRefuses(t *testing.T) {
	for name, test := range map[string]struct {
		spoil func(t *testing.T, w Writer)
		says  string
	}{
		"to replace an administrator's own": {func(t *testing.T, w Writer) { write(t, w.Path, "kind: Config\n") }, "not chainsawd's"},
		"to follow a link":                  {func(t *testing.T, w Writer) { link(t, w) }, "not chainsawd's"},
		"a folder that others may write":    {func(t *testing.T, w Writer) { open(t, filepath.Dir(w.Path)) }, "no token is put where others may write"},
		"a parent that others may write":    {func(t *testing.T, w Writer) { open(t, filepath.Dir(filepath.Dir(w.Path))) }, "no token is put where others may write"},
		"an empty token":                    {func(t *testing.T, w Writer) { write(t, w.Account.TokenFile(), "\n") }, "no token"},
		"a missing CA":                      {func(_ *testing.T, w Writer) { os.Remove(w.Account.CAFile()) }, "no such file"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWriter(t)
			var told error
			w.Observe = func(err error) { told = err }
			if err := os.MkdirAll(filepath.Dir(w.Path), 0o700); err != nil {
				t.Fatal(err)
			}
			test.spoil(t, w)
			before, _ := os.ReadFile(w.Path)
			err := w.applied()
			if err == nil || !strings.Contains(err.Error(), test.says) || !errors.Is(told, err) {
				t.Errorf("got %v, told %v; want an error with %q", err, told, test.says)
			}
			if after, _ := os.ReadFile(w.Path); string(after) != string(before) {
				t.Errorf("it is %q now", after)
			}
		})
	}
}

func link(t *testing.T, w Writer) {
	t.Helper()
	target := filepath.Join(t.TempDir(), "target")
	write(t, target, "precious")
	if err := os.Symlink(target, w.Path); err != nil {
		t.Fatal(err)
	}
}

func open(t *testing.T, folder string) {
	t.Helper()
	if err := os.Chmod(folder, 0o777); err != nil {
		t.Fatal(err)
	}
}

func TestRunFollowsTheToken(t *testing.T) {
	w := newWriter(t)
	looks := make(chan error)
	w.Observe = func(err error) { looks <- err }
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- w.Run(ctx) }()
	if err := <-looks; err != nil {
		t.Error(err)
	}
	next := filepath.Join(w.Account.Folder, "next")
	write(t, next, "second")
	if err := os.Rename(next, w.Account.TokenFile()); err != nil {
		t.Fatal(err)
	}
	for token := "first"; token != "second"; token, _ = has(t, w.Path) {
		if err := <-looks; err != nil {
			t.Error(err)
		}
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestRemove(t *testing.T) {
	w := newWriter(t)
	try := func(want bool) {
		t.Helper()
		if removed, err := Remove(w.Path); removed != want || err != nil {
			t.Errorf("removed %t, %v; want %t", removed, err, want)
		}
	}
	try(false) // not even a folder
	if err := w.applied(); err != nil {
		t.Fatal(err)
	}
	write(t, half(w), header)
	try(true)
	if files, _ := os.ReadDir(filepath.Dir(w.Path)); len(files) != 0 {
		t.Errorf("left: %v", files)
	}
	write(t, w.Path, "kind: Config\n")
	try(false)
	if _, err := os.Stat(w.Path); err != nil {
		t.Errorf("an administrator's own: %v", err)
	}
}
