// Package socket keeps chainsawd's socket answering: it listens, and listens
// anew when somebody has taken the socket away or put another in its place.
//
// The protocol and its server are package daemon's; so is the making of the
// socket. Who may listen is decided by whoever calls Run.
package socket

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"time"

	"github.com/chainsaw-cni/chainsaw/shared/daemon"
)

// interval is how often the socket is looked for: for so long plugins find
// nobody when it was taken away. Looking is one system call.
const interval = time.Second

// Keeper keeps the socket at Path.
type Keeper struct {
	Path    string
	Handler daemon.Handler
	Logger  *slog.Logger
	// Listening is told whenever that changes.
	Listening func(bool)
}

// Run answers until ctx is done, and returns when the exchanges under way have
// ended. An error means that nobody can listen there.
func (k Keeper) Run(ctx context.Context) error {
	defer k.Listening(false)
	for {
		if err := k.once(ctx); err != nil {
			return err
		}
		if ctx.Err() != nil {
			return nil
		}
		k.Listening(false)
		k.Logger.Warn("the socket was taken away or replaced; making it anew", "path", k.Path)
	}
}

// once listens and serves until ctx is done or the socket is not ours any more.
func (k Keeper) once(ctx context.Context) error {
	listener, err := daemon.Listen(k.Path)
	if err != nil {
		return err
	}
	own, err := os.Lstat(k.Path)
	if err != nil {
		listener.Close()
		return fmt.Errorf("looking at chainsawd's socket: %w", err)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	served := make(chan error, 1)
	go func() { served <- daemon.Serve(ctx, listener, k.Handler) }()
	k.Listening(true)
	return k.watch(cancel, own, served)
}

// watch ends what serves, by cancel, when the path leads to another socket.
func (k Keeper) watch(cancel func(), own fs.FileInfo, served <-chan error) error {
	tick := time.NewTicker(interval)
	defer tick.Stop()
	for {
		select {
		case err := <-served:
			return err
		case <-tick.C:
			now, err := os.Lstat(k.Path)
			if err != nil || !os.SameFile(own, now) {
				cancel()
			}
		}
	}
}
