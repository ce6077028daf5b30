package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/chainsaw-cni/chainsaw/shared/rule"
	"github.com/chainsaw-cni/chainsaw/shared/strictjson"
	"github.com/chainsaw-cni/chainsaw/shared/variant"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/checkcommand"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/dryrun"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/exit"
)

const checkCommandHelp = `Check-command says how ip understands a command of a pod, argument by argument,
in which form it would run, and whether the variant, the network's rules and the
node's policy allow it. The names of the arguments are those that rules use.

A token without a value stands as such; where the verdict depends on its value,
that is said. - reads commands from the standard input, one a line.

Exit codes: 0 all are allowed, 1 one is refused, 2 the command line or a file is
not right.`

const checkCommandExample = `  chainsawctl check-command 'ip l s eth0 mtu 1400'
  chainsawctl check-command 'ip route add 10.1.0.0/16 via CURRENT_GATEWAY4' --rules rules.json`

type checkCommandFlags struct {
	variant, rules, policy, namespace, output string

	values valueFlags
}

func newCheckCommand(streams Streams) *cobra.Command {
	var f checkCommandFlags
	cmd := &cobra.Command{
		Use:     "check-command COMMAND...",
		Short:   "Say how a command is understood and judged",
		Long:    checkCommandHelp,
		Example: checkCommandExample,
		RunE: func(_ *cobra.Command, args []string) error {
			return f.run(streams, args)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.variant, "variant", "", "plugin that judges: chainsaw (the default), inspect, or filter (the default with --rules)")
	flags.StringVar(&f.rules, "rules", "", "JSON file with the list of rules of a chainsaw-filter network")
	flags.StringVar(&f.policy, "policy", "", "node policy that holds, too")
	flags.StringVar(&f.namespace, "namespace", "", "namespace of the pod, for --policy (default: none, which has the strictest cap)")
	flags.StringVarP(&f.output, "output", "o", "text", "text or json")
	f.values.add(flags, "interface that CURRENT_INTERFACE stands for")
	return cmd
}

func (f *checkCommandFlags) run(streams Streams, args []string) error {
	commands, err := commandsOf(args, streams.In)
	if err != nil {
		return err
	}
	if err := oneOf("output", f.output, "text", "json"); err != nil {
		return err
	}
	j, err := f.judge()
	if err != nil {
		return err
	}
	checked := checkcommand.Check(j, commands)
	write := checkcommand.WriteText
	if f.output == "json" {
		write = checkcommand.WriteJSON
	}
	if err := write(streams.Out, checked); err != nil {
		return exit.With(exit.CouldNotRun, err)
	}
	if slices.ContainsFunc(checked, func(c dryrun.Command) bool { return c.Verdict == dryrun.Refused }) {
		return &exit.Error{Code: exit.Failed}
	}
	return nil
}

func (f *checkCommandFlags) judge() (j dryrun.Judge, err error) {
	if j.Bounds.Variant, err = f.chosen(); err != nil {
		return j, err
	}
	if j.Bounds.Rules, err = readRules(f.rules); err != nil {
		return j, err
	}
	policy, err := readPolicy(f.policy)
	if err != nil {
		return j, err
	}
	if j.Bounds.Caps, err = policy.For(f.namespace); err != nil {
		return j, err
	}
	j.Known, err = f.values.values()
	return j, err
}

// chosen takes the short names, too.
func (f *checkCommandFlags) chosen() (variant.Variant, error) {
	name := f.variant
	switch {
	case name == "" && f.rules == "":
		return variant.Exec, nil
	case name == "":
		return variant.Filter, nil
	}
	for _, v := range variant.All {
		if name == v.String() || "chainsaw-"+name == v.String() {
			if f.rules != "" && v != variant.Filter {
				return 0, fmt.Errorf("--rules are for --variant filter, and this is %s", v)
			}
			return v, nil
		}
	}
	return 0, oneOf("variant", name, "chainsaw", "inspect", "filter")
}

func readRules(path string) ([]rule.Rule, error) {
	if path == "" {
		return nil, nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	value, err := strictjson.Parse(text)
	var rules []rule.Rule
	if err == nil {
		rules, err = rule.Decode(&value)
	}
	if err != nil {
		return nil, fmt.Errorf("%s is no list of rules: %w", path, strictjson.Locate(text, err))
	}
	return rules, nil
}

// commandsOf takes a command an argument, and those of the standard input for "-".
func commandsOf(args []string, stdin io.Reader) ([]string, error) {
	if len(args) > 1 && args[0] == "ip" {
		return nil, fmt.Errorf("a command is one argument: chainsawctl check-command '%s'", strings.Join(args, " "))
	}
	var commands []string
	for _, arg := range args {
		if arg != "-" {
			commands = append(commands, arg)
			continue
		}
		lines := bufio.NewScanner(stdin)
		for lines.Scan() {
			if line := strings.TrimSpace(lines.Text()); line != "" {
				commands = append(commands, line)
			}
		}
		if err := lines.Err(); err != nil {
			return nil, fmt.Errorf("reading commands from the standard input: %w", err)
		}
	}
	if len(commands) == 0 {
		return nil, errors.New("name a command, such as: chainsawctl check-command 'ip route'")
	}
	return commands, nil
}
