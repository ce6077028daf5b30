// Package judge decides over commands: it turns each line into what `ip` would
// understand and asks the variant, the network's rules and the node's policy.
//
// Every line is judged before any runs. What only the kernel knows, the state
// of the devices that a command names, is package device's to check.
package judge

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/chainsaw-cni/chainsaw/shared/cnierror"
	"github.com/chainsaw-cni/chainsaw/shared/escape"
	"github.com/chainsaw-cni/chainsaw/shared/ipcmd"
	"github.com/chainsaw-cni/chainsaw/shared/merge"
	"github.com/chainsaw-cni/chainsaw/shared/nodepolicy"
	"github.com/chainsaw-cni/chainsaw/shared/redact"
	"github.com/chainsaw-cni/chainsaw/shared/rule"
	"github.com/chainsaw-cni/chainsaw/shared/variant"
)

// Tokens puts an attachment's values in place of the CURRENT_ words.
type Tokens interface {
	rule.Expander
	ExpandAll(words []string) ([]string, error)
}

// Judge is what binds the commands of one attachment.
type Judge struct {
	Variant variant.Variant
	Rules   []rule.Rule // of a chainsaw-filter network
	Caps    []nodepolicy.Cap
	Tokens  Tokens
}

// Judged is a line with its verdict. Err is nil for one that may run.
type Judged struct {
	merge.Line
	Words   []string      // of the line, tokens replaced; nil when that failed
	Command ipcmd.Command // zero when the line was not understood
	By      string        // what allowed it: "chainsaw", "rule #2 (route add)"
	Err     error
}

// Strongest is the variant that is left under the caps.
func (j Judge) Strongest() variant.Variant {
	strongest := j.Variant
	for _, c := range j.Caps {
		strongest = min(strongest, c.Variant)
	}
	return strongest
}

// All judges every line. The error is that of the first one refused, and names
// it.
func (j Judge) All(lines []merge.Line) ([]Judged, error) {
	judged := make([]Judged, len(lines))
	var first error
	for i, line := range lines {
		judged[i] = j.one(line)
		if first == nil && judged[i].Err != nil {
			first = judged[i].wrap()
		}
	}
	return judged, first
}

// wrap puts the line and its origin ahead of the verdict, keeping its code.
func (d Judged) wrap() error {
	code := cnierror.Refused
	if coded, ok := errors.AsType[*cnierror.Error](d.Err); ok {
		code = coded.Code
	}
	return cnierror.New(code, "refused %s (%s): %w", d.Name(), d.Origin, d.Err)
}

// Name is the command for a message: as it would run, secrets left out. A line
// that was not understood is quoted as written. Either is cut to a length that
// leaves room for the rest of the message.
func (d Judged) Name() string {
	if d.Command.Class != 0 {
		return "`" + escape.Cut(d.Command.Redacted(), 200) + "`"
	}
	return fmt.Sprintf("%q", escape.Cut(redact.Text(d.Text), 120))
}

func (j Judge) one(line merge.Line) Judged {
	judged := Judged{Line: line}
	words, err := ipcmd.Split(line.Text)
	if err != nil {
		judged.Err = cnierror.New(cnierror.Malformed, "%w", withoutSecret(err, strings.Fields(line.Text)))
		return judged
	}
	if judged.Words, err = j.Tokens.ExpandAll(words); err != nil {
		judged.Err = cnierror.New(cnierror.Malformed, "%w", err)
		return judged
	}
	if judged.Command, err = ipcmd.Parse(judged.Words); err != nil {
		judged.Command, judged.Err = ipcmd.Command{}, withoutSecret(err, judged.Words)
		return judged
	}
	judged.By, judged.Err = j.verdict(judged)
	return judged
}

func (j Judge) verdict(d Judged) (by string, err error) {
	if by, err = j.byVariant(d); err != nil {
		return "", err
	}
	for _, c := range j.Caps {
		if err := j.byCap(c, d); err != nil {
			return "", err
		}
	}
	return by, nil
}

func (j Judge) byVariant(d Judged) (by string, err error) {
	switch {
	case j.Variant == variant.Inspect:
		return j.Variant.String(), readsOnly(d.Command)
	case j.Variant == variant.Filter && d.Origin.FromPod():
		number, err := rule.Match(j.Rules, d.Command, j.Tokens)
		if err != nil {
			return "", fmt.Errorf("the rules of this network do not allow it: %w", err)
		}
		return fmt.Sprintf("rule #%d (%s)", number+1, j.Rules[number].Allow), nil
	}
	return j.Variant.String(), nil
}

// byCap applies one cap of the node's policy, to the network's own commands as
// well. A network without rules that is capped at chainsaw-filter leaves the
// pod what the cap's rules allow.
func (j Judge) byCap(c nodepolicy.Cap, d Judged) error {
	if c.Variant == variant.Inspect {
		if err := readsOnly(d.Command); err != nil {
			return fmt.Errorf("the node's policy caps this namespace at %s: %w", c.Variant, err)
		}
	}
	if c.Variant == variant.Filter && j.Variant == variant.Exec && d.Origin.FromPod() && c.Rules == nil {
		return fmt.Errorf("the node's policy caps this namespace at %s, and this network is of type %s, which has no rules, so its pods cannot bring commands here: make it a chainsaw-filter with rules", c.Variant, j.Variant)
	}
	if c.Rules == nil {
		return nil
	}
	if _, err := rule.Match(c.Rules, d.Command, j.Tokens); err != nil {
		return fmt.Errorf("the node's policy does not allow it: %w", err)
	}
	return nil
}

// readsOnly is what holds in chainsaw-inspect. Names are not resolved there:
// that sends packets, and waits for a name server of the host's choice.
func readsOnly(command ipcmd.Command) error {
	if command.Class != ipcmd.Read {
		return fmt.Errorf("it changes the netns, and chainsaw-inspect runs only commands that read")
	}
	if slices.Contains(command.Options, "-resolve") {
		return fmt.Errorf("-resolve asks name servers, and chainsaw-inspect sends nothing: leave -resolve away")
	}
	return nil
}
