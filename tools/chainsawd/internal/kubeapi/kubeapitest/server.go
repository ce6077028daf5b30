// Package kubeapitest plays an API server for tests of what an API server does
// when it is unwell: it hangs, stops, forgets, takes no token. What a healthy
// one says is asked of a real one, in e2e.
package kubeapitest

import (
	"encoding/pem"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	core "k8s.io/api/core/v1"

	"github.com/chainsaw-cni/chainsaw/tools/chainsawd/internal/kubeapi"
)

// Server is an API server with pods and events. Its faults may be changed at
// any time with Set.
type Server struct {
	Account kubeapi.Account

	t       *testing.T
	address string
	http    *httptest.Server

	hanging atomic.Int64

	mu       sync.Mutex
	faults   Faults
	released chan struct{} // closed when the server hangs no longer
	version  int
	pods     map[string]Pod
	watches  map[chan change]bool
	requests map[string]int
	events   []core.Event
}

// Faults are what is wrong with the server.
type Faults struct {
	Hang     bool   // accepts requests and does not answer
	Token    string // the only token it takes; "" takes any
	Redirect string // where it sends everybody
	Gone     bool   // has forgotten the past: no watch goes on where it was
	Events   int    // the status with which events are answered, if not 0
}

// Start starts a server with a token and a CA in files, as a kubelet writes them.
func Start(t *testing.T) *Server {
	t.Helper()
	s := &Server{t: t, pods: map[string]Pod{}, watches: map[chan change]bool{}, requests: map[string]int{}}
	s.address = "127.0.0.1:0"
	s.Up()
	t.Cleanup(s.Down)
	s.Account = kubeapi.Account{Server: s.http.URL, Folder: t.TempDir()}
	s.Renew("first")
	ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.http.Certificate().Raw})
	if err := os.WriteFile(s.Account.CAFile(), ca, 0o600); err != nil {
		t.Fatal(err)
	}
	return s
}

// Connect connects as the account does, and counts.
func (s *Server) Connect() *kubeapi.Connection {
	s.t.Helper()
	connection, err := kubeapi.Connect(s.Account, func(r kubeapi.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.requests[r.Verb+" "+r.Status]++
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return connection
}

// Renew gives the account another token.
func (s *Server) Renew(token string) {
	s.t.Helper()
	next := filepath.Join(s.Account.Folder, "next")
	if err := os.WriteFile(next, []byte(token), 0o600); err != nil {
		s.t.Fatal(err)
	}
	if err := os.Rename(next, s.Account.TokenFile()); err != nil {
		s.t.Fatal(err)
	}
}

// Up starts the server, on the port that it had before.
func (s *Server) Up() {
	s.t.Helper()
	listener, err := new(net.ListenConfig).Listen(s.t.Context(), "tcp4", s.address)
	if err != nil {
		s.t.Fatal(err)
	}
	s.address = listener.Addr().String()
	s.http = &httptest.Server{Listener: listener, EnableHTTP2: true, Config: &http.Server{
		Handler: s.handler(), ReadHeaderTimeout: time.Minute,
		ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError),
	}}
	s.http.StartTLS()
}

// Down ends the server and every connection.
func (s *Server) Down() {
	s.Set(Faults{})
	s.CutWatches()
	s.http.CloseClientConnections()
	s.http.Close()
}

// Set makes the server unwell, or well.
func (s *Server) Set(faults Faults) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.faults.Hang && !faults.Hang {
		close(s.released)
	}
	if faults.Hang && !s.faults.Hang {
		s.released = make(chan struct{})
	}
	s.faults = faults
}

// Requests counts those with this verb and status, such as "get 200".
func (s *Server) Requests(verbAndStatus string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.requests[verbAndStatus]
}

// Hanging is the number of requests that are not being answered.
func (s *Server) Hanging() int { return int(s.hanging.Load()) }

// Await waits until something holds. It fails the test if it never does.
func Await(t *testing.T, what string, holds func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(30 * time.Second)
	for !holds() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("in vain: %s", what)
		}
	}
}
