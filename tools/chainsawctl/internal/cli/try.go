package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/try"
)

const tryHelp = `Try runs the real chain of each network that the pods ask for, with the real
plugins and the real ip, and shows what the commands printed and changed.

All of it happens in a scratch host: a mount, PID and network namespace of its
own, where the machine's files are read-only. Bridges, leases and sysctls of the
machine are not touched, and everything goes away at the end. Root is not needed
where users may make user namespaces. The node policy that --policy names holds
there, or that of this machine, if it has one.

The files hold net-attach-defs and pods, as for kubectl; other kinds are passed
over. Exit codes: 0 all went well, 1 a chain failed, 2 the command line or the
files are not right, 3 this machine cannot run it.`

const tryExample = `  chainsawctl try -f examples/walkthrough.yaml
  kustomize build | chainsawctl try -f - --pod web-0`

func newTry(streams Streams) *cobra.Command {
	var o try.Options
	var m manifestFlags
	cmd := &cobra.Command{
		Use:     "try -f FILE...",
		Short:   "Run the chains of a pod on a scratch host, and show what they do",
		Long:    tryHelp,
		Example: tryExample,
		Args:    filesByFlag,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if len(m.files) == 0 {
				return errors.New("say with -f which file holds the net-attach-defs and the pod")
			}
			o.Files, o.Pods, o.Policy = m.files, m.pods, m.policy
			o.Stdin, o.Out, o.ErrOut = streams.In, streams.Out, streams.ErrOut
			o.Colour = coloured(streams.Out)
			if len(o.PluginDirs) == 0 {
				o.PluginDirs = pluginDirs()
			}
			return try.Run(cmd.Context(), o)
		},
	}
	flags := cmd.Flags()
	m.add(flags, "this machine's")
	flags.BoolVar(&o.Keep, "keep", false, "leave the scratch host running, and say how to enter it")
	flags.StringSliceVar(&o.PluginDirs, "cni-path", nil, "folder with CNI plugins (default: CNI_PATH, or bin/ and bin/cni/ of this checkout)")
	return cmd
}

// filesByFlag meets those who name files as most tools have it.
func filesByFlag(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("name files with -f: %s -f %s", cmd.CommandPath(), strings.Join(args, " -f "))
	}
	return nil
}

// newScratchHost is what try starts itself again with.
func newScratchHost() *cobra.Command {
	return &cobra.Command{
		Use:    try.ScratchHost,
		Hidden: true,
		Args:   cobra.NoArgs,
		Run:    func(*cobra.Command, []string) { try.Inside() },
	}
}

// pluginDirs are CNI_PATH, as the specification has it, or the folders where
// `make build` puts the plugins: chainsawctl's own and cni beside it.
func pluginDirs() []string {
	if path := os.Getenv("CNI_PATH"); path != "" {
		return filepath.SplitList(path)
	}
	self, err := os.Executable()
	if err != nil {
		return nil
	}
	own := filepath.Dir(self)
	return []string{own, filepath.Join(own, "cni")}
}
