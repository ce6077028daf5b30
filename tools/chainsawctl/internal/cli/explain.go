package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/lint/rules"
)

func newExplain(streams Streams) *cobra.Command {
	return &cobra.Command{
		Use:               "explain {RULE | list}",
		Short:             "Tell what a rule of validate is about, with a bad and a good example",
		Example:           "  chainsawctl explain chain-order",
		Args:              one("rule: `chainsawctl explain list` lists them"),
		ValidArgsFunction: cobra.FixedCompletions(append(rules.IDs(), "list"), cobra.ShellCompDirectiveNoFileComp),
		RunE: func(_ *cobra.Command, args []string) error {
			if args[0] == "list" {
				return listRules(streams.Out)
			}
			rule, err := rules.Find(args[0])
			if err != nil {
				return err
			}
			return explain(streams.Out, rule)
		},
	}
}

func listRules(w io.Writer) error {
	for _, r := range rules.All() {
		if _, err := fmt.Fprintf(w, "%-24s %-7s  %s\n", r.ID, r.Severity, r.Summary); err != nil {
			return err
		}
	}
	return nil
}

func explain(w io.Writer, r rules.Rule) error {
	var text strings.Builder
	fmt.Fprintf(&text, "%s (%s): %s\n\n%s\n", r.ID, r.Severity, r.Summary, r.Why)
	for _, part := range []struct{ title, code string }{{"Node policy", r.Policy}, {"Bad", r.Bad}, {"Good", r.Good}} {
		if part.code != "" {
			fmt.Fprintf(&text, "\n%s:\n\n%s", part.title, indented(part.code))
		}
	}
	_, err := io.WriteString(w, text.String())
	return err
}

func indented(text string) string {
	var out strings.Builder
	for line := range strings.Lines(strings.TrimSuffix(text, "\n") + "\n") {
		if line != "\n" {
			out.WriteString("    ")
		}
		out.WriteString(line)
	}
	return out.String()
}
