package cli

import (
	"github.com/spf13/cobra"

	"github.com/chainsaw-cni/chainsaw/tools/chainsawd/internal/cnicache"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawd/internal/install"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawd/internal/kubeconfig"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawd/internal/lock"
)

const uninstallHelp = `Uninstall takes from this node what chainsawd put there: the kubeconfig if there
is one, the helper and the staged ip, and the plugins last. The node's policy and
reports that nobody has read stay.

A pod that was made with the plugins cannot be deleted without them, so it
refuses while the node has such pods. Nothing else uninstalls: ending chainsawd
leaves everything in place.`

func newUninstall() *cobra.Command {
	var dirs cniDirs
	var removal install.Removal
	cmd := &cobra.Command{
		Use:   "uninstall",
		Short: "Take the plugins from this node",
		Long:  uninstallHelp,
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			if removal.CNIDirs, err = dirs.choose(); err != nil {
				return err
			}
			removal.StateDir, removal.Lock, removal.Caches = install.StateDir, lock.Path, cnicache.Folders()
			removal.Kubeconfig = kubeconfig.Paths("/")[0]
			removal.Out = cmd.OutOrStdout()
			return removal.Run()
		},
	}
	dirs.flags(cmd.Flags())
	cmd.Flags().BoolVar(&removal.Force, "force", false, "uninstall although pods of this node were made with the plugins")
	return cmd
}
