package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/chainsaw-cni/chainsaw/tools/chainsawd/internal/status"
)

// questions are what may be asked, and where the answer is.
var questions = map[string]string{"ready": "readyz", "live": "healthz", "metrics": "metrics"}

func newProbe() *cobra.Command {
	var socket string
	cmd := &cobra.Command{
		Use:   "probe {ready|live|metrics}",
		Short: "Ask the chainsawd that runs in this pod how it is",
		Long: `Probe asks chainsawd's status socket, for the probes of a kubelet and for people.
It needs no port, and there is none that two chainsawds of one node could both
want during an upgrade. The exit code is 0 if the answer is yes.`,
		Args:      cobra.MatchAll(cobra.ExactArgs(1), cobra.OnlyValidArgs),
		ValidArgs: []string{"ready", "live", "metrics"},
		RunE: func(cmd *cobra.Command, args []string) error {
			text, err := status.Probe(cmd.Context(), socket, questions[args[0]])
			if err != nil {
				return fmt.Errorf("not %s: %w", args[0], err)
			}
			fmt.Fprint(cmd.OutOrStdout(), text)
			return nil
		},
	}
	statusSocketFlag(cmd.Flags(), &socket)
	return cmd
}
