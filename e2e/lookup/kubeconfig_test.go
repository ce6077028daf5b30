package lookup

import (
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
	"k8s.io/client-go/tools/clientcmd/api"
)

// testRefuses gives the helper kubeconfigs that would work, but for one thing.
func testRefuses(t *testing.T, in *installation) {
	in.pod(t, "target", nil)
	if _, err := in.ask(t, in.kubeconfig(t, nil), "target"); err != nil {
		t.Fatalf("the kubeconfig that the others are made of: %v", err)
	}
	trap := listen(t)
	elsewhere := filepath.Join(in.server.Dir, "token")
	write(t, elsewhere, in.token)
	for name, test := range map[string]struct {
		change func(folder string, config *api.Config)
		spoil  func(path string) error
		says   string
	}{
		"exec": {change: func(folder string, c *api.Config) {
			c.AuthInfos["e2e"].Exec = &api.ExecConfig{
				APIVersion: "client.authentication.k8s.io/v1", InteractiveMode: api.NeverExecInteractiveMode,
				Command: "/usr/bin/touch", Args: []string{filepath.Join(folder, "marker")},
			}
		}, says: "sets exec"},
		"proxy-url": {change: func(_ string, c *api.Config) {
			c.Clusters["e2e"].ProxyURL = "http://" + trap.Addr().String()
		}, says: "sets proxy-url"},
		"a server without TLS": {change: func(_ string, c *api.Config) {
			c.Clusters["e2e"].Server = "http://" + trap.Addr().String()
		}, says: "no https:// URL"},
		"tokenFile elsewhere": {change: func(_ string, c *api.Config) {
			c.AuthInfos["e2e"].Token, c.AuthInfos["e2e"].TokenFile = "", elsewhere
		}, says: "is not in"},
		"tokenFile that is a FIFO": {change: func(folder string, c *api.Config) {
			fifo := filepath.Join(folder, "token")
			if err := unix.Mkfifo(fifo, 0o600); err != nil {
				t.Fatal(err)
			}
			c.AuthInfos["e2e"].Token, c.AuthInfos["e2e"].TokenFile = "", fifo
		}, says: "no regular file"},
		"impersonation":       {change: func(_ string, c *api.Config) { c.AuthInfos["e2e"].Impersonate = "admin" }, says: "sets as"},
		"a FIFO":              {spoil: becomeFIFO, says: "no regular file"},
		"a link to elsewhere": {spoil: becomeLink, says: "writable by everyone"},
		"world-writable":      {spoil: func(path string) error { return os.Chmod(path, 0o666) }, says: "writable by everyone"},
	} {
		t.Run(name, func(t *testing.T) {
			path := in.kubeconfig(t, test.change)
			if test.spoil != nil {
				if err := test.spoil(path); err != nil {
					t.Fatal(err)
				}
			}
			begin := time.Now()
			_, err := in.ask(t, path, "target")
			if err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("got %v, want an error with %q", err, test.says)
			}
			if took := time.Since(begin); took > time.Second {
				t.Errorf("took %v: it must not wait for anything", took)
			}
			if _, err := os.Stat(filepath.Join(filepath.Dir(path), "marker")); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("the program ran: %v", err)
			}
		})
	}
	if err := trap.SetDeadline(time.Now()); err != nil {
		t.Fatal(err)
	}
	if conn, err := trap.Accept(); err == nil {
		conn.Close()
		t.Error("the helper has called somebody else than the API server")
	}
}

func becomeFIFO(path string) error {
	return errors.Join(os.Remove(path), unix.Mkfifo(path, 0o600))
}

// becomeLink leads to a folder in which anybody may replace the file.
func becomeLink(path string) error {
	open := filepath.Join(filepath.Dir(path), "open")
	target := filepath.Join(open, "kubeconfig")
	return errors.Join(os.Mkdir(open, 0o700), os.Chmod(open, 0o777), os.Rename(path, target), os.Symlink(target, path))
}

func listen(t *testing.T) *net.TCPListener {
	t.Helper()
	listener, err := net.ListenTCP("tcp4", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	return listener
}
