package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/chainsaw-cni/chainsaw/shared/version"
)

func newVersion() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print which release this is",
		Args:  cobra.NoArgs,
		Run: func(cmd *cobra.Command, _ []string) {
			fmt.Fprintln(cmd.OutOrStdout(), "chainsawctl", version.String())
		},
	}
}
