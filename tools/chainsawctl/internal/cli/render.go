package cli

import (
	"context"
	"errors"
	"slices"

	"github.com/spf13/cobra"

	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/cluster"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/exit"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/manifest"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/render"
)

const renderHelp = `Render shows what would run for a pod, network by network: the commands in their
order, where each was written, in which form it would run, and whether it may,
by which rule. Nothing runs; try is the command that runs it.

The pod and its net-attach-defs come from files, or from a cluster when no file
is named. Tokens whose values only a real attachment has stand as such, unless
flags give them; where a verdict depends on such a value, that is said.

Exit codes: 0 nothing would be refused, 1 something would, 2 the command line or
the manifests are not right, 3 the cluster cannot be asked.`

const renderExample = `  chainsawctl render -f examples/filter.yaml
  chainsawctl render -f examples/filter.yaml --ip 192.0.2.5/24 --gateway 192.0.2.1
  chainsawctl render --namespace apps --pod web-0`

type renderFlags struct {
	manifestFlags

	values  valueFlags
	cluster cluster.Config
	output  string
}

func newRender(streams Streams) *cobra.Command {
	var f renderFlags
	cmd := &cobra.Command{
		Use:     "render {-f FILE... | --pod NAME}",
		Short:   "Show which commands would run for a pod, and the verdict on each",
		Long:    renderHelp,
		Example: renderExample,
		Args:    filesByFlag,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return f.run(cmd.Context(), streams)
		},
	}
	flags := cmd.Flags()
	f.add(flags, "none")
	f.values.add(flags, "only this attachment, such as net1")
	flags.StringVarP(&f.cluster.Namespace, "namespace", "n", "", "namespace of the pod in the cluster (default: the context's)")
	flags.StringVar(&f.cluster.Kubeconfig, "kubeconfig", "", "kubeconfig of the cluster (default: KUBECONFIG, or ~/.kube/config)")
	flags.StringVar(&f.cluster.Context, "context", "", "context of the kubeconfig (default: its current one)")
	flags.StringVarP(&f.output, "output", "o", "text", "text, json or yaml")
	return cmd
}

func (f *renderFlags) run(ctx context.Context, streams Streams) error {
	if err := oneOf("output", f.output, "text", "json", "yaml"); err != nil {
		return err
	}
	r, err := f.renderer()
	if err != nil {
		return err
	}
	set, err := f.set(ctx, streams)
	if err != nil {
		return err
	}
	picked, err := set.Select(f.pods)
	if err != nil {
		return err
	}
	var pods []render.Pod
	for _, p := range picked {
		rendered, err := r.Pod(ctx, p, set)
		if err != nil {
			return err
		}
		pods = append(pods, rendered)
	}
	if err := f.write(streams, pods); err != nil {
		return exit.With(exit.CouldNotRun, err)
	}
	if slices.ContainsFunc(pods, func(p render.Pod) bool { return !p.Sound() }) {
		return &exit.Error{Code: exit.Failed}
	}
	return nil
}

func (f *renderFlags) renderer() (r render.Renderer, err error) {
	if r.Known, err = f.values.values(); err != nil {
		return r, err
	}
	r.Interface = f.values.iface
	r.Policy, err = readPolicy(f.policy)
	return r, err
}

// set is what the files hold or, without files, what the cluster has for the pod.
func (f *renderFlags) set(ctx context.Context, streams Streams) (manifest.Set, error) {
	if len(f.files) > 0 {
		return manifest.Read(ctx, f.files, streams.In)
	}
	if len(f.pods) == 0 {
		return manifest.Set{}, errors.New("say with -f which file holds the net-attach-defs and the pod, or with --pod which pod of the cluster")
	}
	return f.cluster.Fetch(ctx, f.pods)
}

func (f *renderFlags) write(streams Streams, pods []render.Pod) error {
	switch f.output {
	case "json":
		return render.WriteJSON(streams.Out, pods)
	case "yaml":
		return render.WriteYAML(streams.Out, pods)
	}
	return render.WriteText(streams.Out, pods)
}
