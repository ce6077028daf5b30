package netstate

import (
	"context"
	"fmt"
	"strings"

	"github.com/chainsaw-cni/chainsaw/shared/cage"
)

// Take looks at the netns of a cage.
func Take(ctx context.Context, c *cage.Cage) (State, error) {
	var s State
	for i, view := range views {
		o, err := c.Run(ctx, view.argv)
		if err == nil && o.ExitCode != 0 {
			err = fmt.Errorf("exit code %d: %s", o.ExitCode, o.Stderr.Kept)
		}
		if err == nil && o.Stdout.Dropped > 0 {
			err = fmt.Errorf("%d bytes more than can be kept", o.Stdout.Dropped)
		}
		if err == nil {
			s[i], err = view.lines(string(o.Stdout.Kept))
		}
		if err != nil {
			return State{}, fmt.Errorf("looking at the netns with ip %s: %w", strings.Join(view.argv, " "), err)
		}
	}
	return s, nil
}
