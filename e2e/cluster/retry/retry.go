// Package retry is for what goes well only after a while, and does not say
// when.
package retry

import (
	"context"
	"fmt"
	"time"
)

// rest is what a busy machine is left for what is waited for.
const rest = 100 * time.Millisecond

// Until tries until it goes well or the context ends, which does not interrupt a
// try. The error says both why it ended and how the last try went.
func Until(ctx context.Context, try func() error) error {
	for {
		err := try()
		if err == nil {
			return nil
		}
		select {
		case <-time.After(rest):
		case <-ctx.Done():
			return fmt.Errorf("%w: %w", ctx.Err(), err)
		}
	}
}
