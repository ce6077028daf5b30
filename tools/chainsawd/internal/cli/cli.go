// Package cli is chainsawd's command line: its sub-commands, their flags and
// help, and how an error is shown. What they do is packages of their own.
package cli

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/chainsaw-cni/chainsaw/shared/escape"
	"github.com/chainsaw-cni/chainsaw/shared/version"
)

// Streams are where a command writes; tests put buffers there.
type Streams struct{ Out, ErrOut io.Writer }

// Run runs one command line, without the program's name, and returns the exit
// code: 1 for whatever went wrong.
func Run(ctx context.Context, streams Streams, args []string) int {
	root := newRoot(streams)
	root.SetArgs(args)
	if err := root.ExecuteContext(ctx); err != nil {
		oneLine := strings.Join(strings.Fields(err.Error()), " ") // cobra's suggestions are a list
		fmt.Fprintf(streams.ErrOut, "chainsawd: %s\n", escape.Text(oneLine))
		return 1
	}
	return 0
}

func newRoot(streams Streams) *cobra.Command {
	root := &cobra.Command{
		Use:   "chainsawd",
		Short: "Chainsaw's daemon of a node",
		// Errors are printed once, by Run; nobody finds one above a page of usage.
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetOut(streams.Out)
	root.SetErr(streams.ErrOut)
	root.AddCommand(newRun(streams), newProbe(), newUninstall(), newVersion())
	return root
}

func newVersion() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print which release this is",
		Args:  cobra.NoArgs,
		Run: func(cmd *cobra.Command, _ []string) {
			fmt.Fprintln(cmd.OutOrStdout(), "chainsawd", version.String())
		},
	}
}
