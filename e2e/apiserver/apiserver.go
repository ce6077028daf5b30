// Package apiserver runs a real etcd and a real kube-apiserver for tests, bound
// to the loopback, with certificates of their own. What a fake clientset says
// yes to, these may refuse: RBAC, admission, validation, tokens.
//
// It is not a cluster: there is no node, no controller and no scheduler, so
// nothing starts a pod, and a new namespace gets no ServiceAccount.
//
// The first Start on a machine builds both programs from the Go module proxy,
// which takes six minutes on two cores (go test -timeout 30m); the next ones
// take three seconds.
package apiserver

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"k8s.io/client-go/rest"

	"github.com/chainsaw-cni/chainsaw/e2e/cluster/pki"
)

// startTimeout bounds the wait for a server that starts on a busy machine.
const startTimeout = 2 * time.Minute

// Server is a running control plane. Its two processes can be hurt.
type Server struct {
	// Dir is the server's own folder, which nobody else can write to and which
	// goes away with it. The logs are in there.
	Dir       string
	URL       string
	Etcd, API *Process

	ca    *pki.Authority
	admin pki.Credential
	lock  *os.File
}

// StartFor returns a server that is ready and lives as long as the test.
func StartFor(t *testing.T) *Server {
	t.Helper()
	s, err := Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	return s
}

// Start returns a server that is ready.
func Start(ctx context.Context) (*Server, error) {
	paths, home, err := prepare(ctx)
	if err != nil {
		return nil, err
	}
	s := &Server{Dir: home.Name(), lock: home}
	if err := s.start(ctx, paths); err != nil {
		s.Stop()
		return nil, fmt.Errorf("starting a kube-apiserver in %s: %w", s.Dir, err)
	}
	return s, nil
}

func (s *Server) start(ctx context.Context, paths map[string]string) error {
	port, err := freePort(ctx)
	if err != nil {
		return err
	}
	s.URL = "https://" + net.JoinHostPort("127.0.0.1", port)
	if err := s.makeCredentials(); err != nil {
		return err
	}
	s.Etcd = &Process{path: paths["etcd"], args: etcdArgs, dir: s.Dir}
	s.API = &Process{path: paths["kube-apiserver"], args: slices.Concat(apiServerArgs, []string{"--secure-port=" + port}), dir: s.Dir}
	if err := s.Etcd.Start(); err != nil {
		return err
	}
	if err := s.API.Start(); err != nil {
		return err
	}
	return s.AwaitReady(ctx)
}

// etcd listens on sockets in its folder: no port, and nobody else gets in. It
// insists on HOST:PORT, so that is their name.
const etcdSocket, peerSocket = "unix://etcd:0", "unix://peer:0"

// Names of files are relative to Server.Dir, where both processes run.
var etcdArgs = []string{
	"--name=e2e", "--data-dir=data", "--unsafe-no-fsync", "--log-level=warn",
	"--listen-client-urls=" + etcdSocket, "--advertise-client-urls=" + etcdSocket,
	"--listen-peer-urls=" + peerSocket, "--initial-advertise-peer-urls=" + peerSocket,
	"--initial-cluster=e2e=" + peerSocket,
}

var apiServerArgs = []string{
	"--etcd-servers=" + etcdSocket,
	"--bind-address=127.0.0.1", "--advertise-address=127.0.0.1",
	"--endpoint-reconciler-type=none", // no Service can lead to the loopback
	"--service-cluster-ip-range=10.96.0.0/24",
	"--tls-cert-file=server.crt", "--tls-private-key-file=server.key", "--client-ca-file=ca.crt",
	"--service-account-issuer=https://kubernetes.default.svc",
	"--service-account-key-file=tokens.key", "--service-account-signing-key-file=tokens.key",
	"--anonymous-auth=false", "--authorization-mode=Node,RBAC",
	"--disable-admission-plugins=ServiceAccount", // waits for ServiceAccounts that no controller makes
	"--profiling=false",
}

// AwaitReady waits until the API server serves, after Start or Thaw.
func (s *Server) AwaitReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	client, err := rest.HTTPClientFor(s.Admin())
	if err != nil {
		return err
	}
	defer client.CloseIdleConnections()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		state := s.readyz(ctx, client)
		if state == nil {
			return nil
		}
		select {
		case <-tick.C:
		case <-s.Etcd.Ended():
			return s.Etcd.died()
		case <-s.API.Ended():
			return s.API.died()
		case <-ctx.Done():
			return fmt.Errorf("waiting until it is ready: %w: %w", ctx.Err(), state)
		}
	}
}

func (s *Server) readyz(ctx context.Context, client *http.Client) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL+"/readyz", nil)
	if err != nil {
		return err
	}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode == http.StatusOK {
		return nil
	}
	body, _ := io.ReadAll(io.LimitReader(response.Body, 4<<10))
	return fmt.Errorf("/readyz: %s: %s", response.Status, body)
}

// Stop ends both processes at once and removes the folder: nothing in there is
// worth an orderly end, and an API server without etcd would not come to one.
func (s *Server) Stop() {
	s.API.Kill()
	s.Etcd.Kill()
	os.RemoveAll(s.Dir)
	s.lock.Close()
}

// freePort asks the kernel. Somebody may take the port before the API server
// does; then the API server ends, and says so.
func freePort(ctx context.Context) (string, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp4", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer listener.Close()
	_, port, err := net.SplitHostPort(listener.Addr().String())
	return port, err
}

func (s *Server) write(name string, content []byte) error {
	return os.WriteFile(filepath.Join(s.Dir, name), content, 0o600)
}
