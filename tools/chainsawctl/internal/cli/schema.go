package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/chainsaw-cni/chainsaw/schemas"
)

const schemaExample = `  chainsawctl schema list
  chainsawctl schema print chainsaw-filter > chainsaw-filter.schema.json`

func newSchema(streams Streams) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "schema",
		Short:   "Print the JSON Schemas of what people write for Chainsaw",
		Example: schemaExample,
		Args:    cobra.NoArgs, // a misspelt sub-command is no success
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(
		&cobra.Command{
			Use:   "list",
			Short: "List the schemas",
			Args:  cobra.NoArgs,
			RunE: func(*cobra.Command, []string) error {
				_, err := fmt.Fprintln(streams.Out, strings.Join(schemas.Names(), "\n"))
				return err
			},
		},
		&cobra.Command{
			Use:               "print NAME",
			Short:             "Print a schema (draft-07), which stands alone",
			Args:              one("schema: `chainsawctl schema list` lists them"),
			ValidArgsFunction: cobra.FixedCompletions(schemas.Names(), cobra.ShellCompDirectiveNoFileComp),
			RunE: func(_ *cobra.Command, args []string) error {
				text, err := schemas.Read(args[0])
				if err == nil {
					_, err = streams.Out.Write(text)
				}
				return err
			},
		},
	)
	return cmd
}

// one wants one argument.
func one(of string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) != 1 {
			return fmt.Errorf("name one %s", of)
		}
		return nil
	}
}
