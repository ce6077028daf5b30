package node

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/chainsaw-cni/chainsaw/shared/daemon"
	"github.com/chainsaw-cni/chainsaw/shared/pod"
)

// patience is how long chainsawd tries to reach itself. One that is busy gets
// several chances: it must not be ended for being needed.
const patience = 3 * time.Second

var errNoAnswer = errors.New("nobody answers on the plugins' socket")

// live asks as a plugin does, once the socket is this chainsawd's.
func (n *node) live(ctx context.Context) error {
	if !n.board.Owns() {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		// A request that names no pod is refused, and a refusal is an answer.
		_, err := daemon.Client{Path: daemon.SocketPath}.Metadata(ctx, pod.Ref{})
		if errors.Is(err, daemon.ErrUnavailable) {
			return nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("%w: %w", errNoAnswer, err)
		}
	}
}
