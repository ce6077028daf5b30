package status

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/net/netutil"

	"github.com/chainsaw-cni/chainsaw/shared/escape"
)

// SocketPath is where probes ask. It is in a folder of its own, which must not
// be the node's: during an upgrade two chainsawds are probed on one node.
const SocketPath = "/run/chainsawd/status.sock"

// patience bounds a request, and an answer.
const patience = 5 * time.Second

// connections bounds what strangers hold where the metrics have a port: files
// and memory are there for the plugins.
const connections = 32

// Handler answers /readyz from the board, /healthz by asking live, and gives
// the metrics.
func Handler(board *Board, live func(context.Context) error, metrics http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", metrics)
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, board.Ready(), board.String())
	})
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, r *http.Request) {
		answer(w, live(r.Context()), "")
	})
	return mux
}

func answer(w http.ResponseWriter, problem error, more string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	if problem != nil {
		w.WriteHeader(http.StatusServiceUnavailable)
		fmt.Fprintln(w, escape.Lines(problem.Error()))
		return
	}
	fmt.Fprint(w, "ok\n", escape.Lines(more))
}

// Listen makes the socket for the probes, which only root may ask. One that a
// predecessor in the same pod has left is replaced.
func Listen(path string) (net.Listener, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("making the folder of the status socket: %w", err)
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("removing an old status socket: %w", err)
	}
	listener, err := new(net.ListenConfig).Listen(context.Background(), "unix", path)
	if err != nil {
		return nil, fmt.Errorf("making the status socket: %w", err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		listener.Close()
		return nil, fmt.Errorf("making the status socket root's alone: %w", err)
	}
	return listener, nil
}

// Serve answers until ctx is done.
func Serve(ctx context.Context, listener net.Listener, handler http.Handler) error {
	server := http.Server{
		Handler:           handler,
		ReadHeaderTimeout: patience,
		WriteTimeout:      2 * patience,
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    16 << 10,
	}
	defer context.AfterFunc(ctx, func() { server.Close() })()
	err := server.Serve(netutil.LimitListener(listener, connections))
	if ctx.Err() != nil {
		return nil
	}
	return fmt.Errorf("serving the status: %w", err)
}
