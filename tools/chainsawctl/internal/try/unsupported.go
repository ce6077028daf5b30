//go:build !linux

package try

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/exit"
)

var errNotLinux = errors.New("try needs Linux: its network namespaces are what a chain works on")

// Run looks at the files, which works everywhere, and goes no further.
func Run(ctx context.Context, o Options) error {
	if _, err := plan(ctx, o); err != nil {
		return exit.With(exit.Usage, err)
	}
	return exit.With(exit.CouldNotRun, errNotLinux)
}

// Inside does not return.
func Inside() {
	fmt.Fprintln(os.Stderr, errNotLinux)
	os.Exit(exit.CouldNotRun)
}
