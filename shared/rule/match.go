package rule

import (
	"fmt"
	"slices"
	"strings"

	"github.com/chainsaw-cni/chainsaw/shared/ipcmd"
)

// Match finds the first rule that admits the command, as an index into rules.
// The error says which rule came nearest, and what it would have allowed.
func Match(rules []Rule, command ipcmd.Command, tokens Expander) (int, error) {
	nearest, objections := -1, []string(nil)
	for i, r := range rules {
		if !r.about(command) {
			continue
		}
		found := r.objections(command, tokens)
		if len(found) == 0 {
			return i, nil
		}
		if nearest < 0 || len(found) < len(objections) {
			nearest, objections = i, found
		}
	}
	if nearest < 0 {
		return -1, noRuleAbout(rules, command)
	}
	return -1, fmt.Errorf("rule #%d (%s) comes nearest, but %s", nearest+1, rules[nearest].Allow, objections[0])
}

// about tells whether the rule speaks of such commands at all.
func (r Rule) about(command ipcmd.Command) bool {
	if r.Read {
		return command.Class == ipcmd.Read
	}
	return r.Object == command.Object && slices.Contains(r.Actions, command.Action)
}

// objections lists what keeps the rule from admitting the command. Every
// option and every occurrence of every argument must be named and within its
// limit, blocks such as nexthop or peer included.
func (r Rule) objections(command ipcmd.Command, tokens Expander) []string {
	if r.Read {
		return nil
	}
	var found []string
	for _, option := range command.Options {
		if _, ok := r.limit(option); !ok {
			found = append(found, fmt.Sprintf("it does not name the option %s", option))
		}
	}
	for _, arg := range command.Args {
		limit, ok := r.limit(arg.Name)
		switch {
		case !ok:
			found = append(found, fmt.Sprintf("it does not name the argument %q%s", arg.Name, r.names()))
		case !limit.admits(arg, tokens):
			found = append(found, fmt.Sprintf("%q may be %s, and it is %q", arg.Name, limit, shown(arg)))
		}
	}
	for _, arg := range leftOut(command) {
		if objection := r.objectionTo(arg, tokens); objection != "" {
			found = append(found, objection)
		}
	}
	for _, name := range r.Require {
		if !command.Has(name) {
			found = append(found, fmt.Sprintf("it requires %q", name))
		}
	}
	return found
}

func shown(arg ipcmd.Arg) string {
	if arg.Secret {
		return "***"
	}
	return arg.Value
}

func (r Rule) names() string {
	if len(r.Args) == 0 {
		return "; it names none"
	}
	names := make([]string, len(r.Args))
	for i, arg := range r.Args {
		names[i] = arg.Name
	}
	return "; it names " + strings.Join(names, ", ")
}

func (l Limit) String() string {
	switch {
	case l.CIDR != nil:
		return "within " + strings.Join(l.CIDR, " or ")
	case l.In != nil:
		return strings.Join(l.In, " or ")
	case l.Range != nil:
		return fmt.Sprintf("from %d to %d", l.Range.Low, l.Range.High)
	}
	return "anything"
}

func noRuleAbout(rules []Rule, command ipcmd.Command) error {
	if len(rules) == 0 {
		return fmt.Errorf("there are no rules, so nothing is allowed")
	}
	allowed := make([]string, len(rules))
	for i, r := range rules {
		allowed[i] = r.Allow
	}
	return fmt.Errorf("no rule is about `ip %s %s`; the rules allow: %s", command.Object, command.Action, strings.Join(allowed, "; "))
}
