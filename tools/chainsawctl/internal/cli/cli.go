// Package cli is chainsawctl's command line: which sub-commands there are, their
// flags and help, and how an error is shown. What a sub-command does is a
// package of its own.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/chainsaw-cni/chainsaw/shared/escape"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/exit"
)

// Streams are where a command reads and writes; tests put buffers there.
type Streams struct {
	In          io.Reader
	Out, ErrOut io.Writer
}

// Run runs one command line, without the program's name, and returns the exit code.
func Run(ctx context.Context, streams Streams, args []string) int {
	root := newRoot(streams)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if said(err) {
		oneLine := strings.Join(strings.Fields(err.Error()), " ") // cobra's suggestions are a list
		fmt.Fprintf(streams.ErrOut, "chainsawctl: %s\n", escape.Text(oneLine))
	}
	return exit.Code(err)
}

// said tells whether an error is to be printed: who pressed ^C knows, and a
// code alone has had its say on the output.
func said(err error) bool {
	coded, isCoded := errors.AsType[*exit.Error](err)
	return err != nil && !errors.Is(err, context.Canceled) && (!isCoded || coded.Err != nil)
}

func newRoot(streams Streams) *cobra.Command {
	root := &cobra.Command{
		Use:   "chainsawctl",
		Short: "Validate, explain and try Chainsaw's net-attach-defs and pods without a cluster",
		// Errors are printed once, by Run; nobody finds one above a page of usage.
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetIn(streams.In)
	root.SetOut(streams.Out)
	root.SetErr(streams.ErrOut)
	root.AddCommand(
		newValidate(streams), newExplain(streams), newRender(streams), newTry(streams),
		newCheckCommand(streams), newSchema(streams), newScratchHost(), newVersion(),
	)
	return root
}
