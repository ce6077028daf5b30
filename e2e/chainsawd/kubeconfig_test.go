package chainsawd

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chainsaw-cni/chainsaw/shared/apihelper"
)

func TestKubeconfig(t *testing.T) {
	freshNode(t)
	path := apihelper.KubeconfigPaths[0]
	if err := os.RemoveAll(filepath.Dir(path)); err != nil {
		t.Fatal(err)
	}
	c := startCluster(t)
	web := c.pod(t, "web", "[]")

	t.Run("is not there unless it is asked for", func(t *testing.T) {
		start(t, c.environment()).terminate(t)
		if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: %v", path, err)
		}
	})
	t.Run("serves the helper, and follows the token", func(t *testing.T) {
		d := start(t, c.environment(), "--write-kubeconfig")
		await(t, "the helper finds the pod", func() bool {
			found, err := apihelper.Lookup(t.Context(), path, web)
			return err == nil && found.UID == web.UID
		})
		c.mountAccount(t, "made-up")
		await(t, "the kubeconfig has the new token", func() bool {
			text, err := os.ReadFile(path)
			return err == nil && strings.Contains(string(text), "made-up")
		})
		c.mountAccount(t, c.token(t))
		await(t, "the helper finds the pod again", func() bool {
			_, err := apihelper.Lookup(t.Context(), path, web)
			return err == nil
		})
		d.terminate(t)
	})
	t.Run("is removed when it is not asked for any more", func(t *testing.T) {
		if _, err := os.Lstat(path); err != nil {
			t.Fatal(err)
		}
		start(t, c.environment()).terminate(t)
		if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: %v", path, err)
		}
	})
	t.Run("stays if it is the administrator's own", func(t *testing.T) {
		if err := os.WriteFile(path, []byte("kind: Config\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		start(t, c.environment()).terminate(t)
		if _, err := os.Lstat(path); err != nil {
			t.Error(err)
		}
	})
}
