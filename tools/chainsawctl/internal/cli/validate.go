package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/exit"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/finding"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/format"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/lint"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/lint/rules"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/validate"
)

const validateHelp = `Validate finds what is wrong with net-attach-defs, with the pods and workloads
that use them, and with raw CNI configurations, before a cluster does. Commands
are parsed and judged as the plugins do it.

A PATH is a file, a folder with everything below it (yaml, yml, json, conf,
conflist), a pattern such as 'deploy/**/*.yaml', or - for the standard input;
without one, it is the folder that you are in. Documents of other kinds are
passed over and counted. What stands in several files is checked together, so
name the networks along with the pods.

chainsawctl explain RULE tells more about a finding. A comment in the file
leaves one out: # chainsawctl:ignore RULE

Exit codes: 0 nothing was found, 1 an error was (with --strict, or a warning),
2 the command line is not right, 3 the report could not be written.`

const validateExample = `  chainsawctl validate deploy/
  kustomize build | chainsawctl validate --strict -
  chainsawctl validate --output text --output sarif=chainsaw.sarif .`

type validateFlags struct {
	outputs  []string
	ignored  []string
	policy   string
	complete bool
	strict   bool
	empty    bool
}

func newValidate(streams Streams) *cobra.Command {
	var f validateFlags
	cmd := &cobra.Command{
		Use:     "validate [PATH...]",
		Short:   "Find what is wrong with manifests before a cluster does",
		Long:    validateHelp,
		Example: validateExample,
		RunE: func(cmd *cobra.Command, args []string) error {
			return f.run(cmd.Context(), streams, args)
		},
	}
	flags := cmd.Flags()
	flags.StringArrayVarP(&f.outputs, "output", "o", []string{"text"}, "how to say it: text, json, junit, sarif or github, or FORMAT=FILE; several times for several")
	flags.StringSliceVar(&f.ignored, "ignore", nil, "rule to leave out")
	flags.StringVar(&f.policy, "policy", "", "node policy that the pods' commands are held against, too")
	flags.BoolVar(&f.complete, "complete", false, "all net-attach-defs are among the files, so one that is missing is an error")
	flags.BoolVar(&f.strict, "strict", false, "warnings count as errors")
	flags.BoolVar(&f.empty, "allow-empty", false, "nothing to validate is no error")
	_ = cmd.RegisterFlagCompletionFunc("ignore", cobra.FixedCompletions(rules.IDs(), cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

func (f *validateFlags) run(ctx context.Context, streams Streams, paths []string) error {
	outputs, err := format.ParseOutputs(f.outputs)
	if err != nil {
		return err
	}
	if err := areRules(f.ignored); err != nil {
		return err
	}
	policy, err := readPolicy(f.policy)
	if err != nil {
		return err
	}
	if len(paths) == 0 {
		paths = []string{"."}
	}
	linter := &lint.Linter{Policy: policy, Complete: f.complete}
	report, err := validate.Run(ctx, paths, streams.In, linter, f.ignored)
	if err != nil {
		return err
	}
	if report.Documents == 0 && len(report.Findings) == 0 && !f.empty {
		return fmt.Errorf("nothing that concerns Chainsaw is in %q: name other paths, or allow it with --allow-empty", paths)
	}
	options := format.Options{Colour: coloured(streams.Out), Strict: f.strict, Rules: formatRules()}
	for _, o := range outputs {
		if err := o.Write(streams.Out, report, options); err != nil {
			return exit.With(exit.CouldNotRun, err)
		}
	}
	if report.Count(finding.Error) > 0 || f.strict && len(report.Findings) > 0 {
		return &exit.Error{Code: exit.Failed}
	}
	return nil
}

func areRules(ids []string) error {
	for _, id := range ids {
		if _, err := rules.Find(id); err != nil {
			return fmt.Errorf("--ignore: %w", err)
		}
	}
	return nil
}

func formatRules() []format.Rule {
	all := rules.All()
	listed := make([]format.Rule, len(all))
	for i, r := range all {
		listed[i] = format.Rule{ID: r.ID, Severity: r.Severity, Summary: r.Summary, Help: r.Why}
	}
	return listed
}
