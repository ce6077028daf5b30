// Package dryrun judges commands before there is an attachment. The verdicts
// are package judge's, which the plugins ask as well; this package only finds
// values for the tokens that nobody can know yet, and says when a verdict
// depends on them.
//
// It does not collect the commands (package render does, for a pod), and it
// knows nothing of the state of devices, which is the kernel's.
package dryrun

import (
	"errors"
	"slices"
	"strings"

	"github.com/chainsaw-cni/chainsaw/shared/ipcmd"
	"github.com/chainsaw-cni/chainsaw/shared/judge"
	"github.com/chainsaw-cni/chainsaw/shared/merge"
	"github.com/chainsaw-cni/chainsaw/shared/token"
)

// Judge is what binds the commands of an attachment to be.
type Judge struct {
	Bounds judge.Judge  // its Tokens are not used
	Known  token.Values // what is known already; zero values are not
}

// All judges every line.
func (j Judge) All(lines []merge.Line) []Command {
	commands := make([]Command, len(lines))
	for i, line := range lines {
		commands[i] = j.one(line)
	}
	return commands
}

func (j Judge) one(line merge.Line) Command {
	values := j.Known
	for _, f := range fields {
		if !f.known(j.Known) {
			f.standIn(&values)
		}
	}
	judged := j.with(values, line)
	command := newCommand(judged)
	if _, misread := errors.AsType[*ipcmd.Refusal](judged.Err); judged.Err == nil || misread {
		return command // a value makes no difference to what ip understands
	}
	if unknown := j.unknown(line); len(unknown) > 0 && j.mayBeAllowed(values, unknown, line) {
		command.Verdict, command.DependsOn = Depends, tokensOf(unknown)
	}
	return command
}

func (j Judge) with(values token.Values, line merge.Line) judge.Judged {
	bounds := j.Bounds
	bounds.Tokens = values
	judged, _ := bounds.All([]merge.Line{line}) // the error is the line's own, in another wrapping
	return judged[0]
}

// unknown lists the fields without a value whose tokens the line has, or else
// the rules: a verdict may turn on them.
func (j Judge) unknown(line merge.Line) []field {
	mentionedIn := func(text string) []field {
		return slices.DeleteFunc(slices.Clone(fields), func(f field) bool {
			return f.known(j.Known) || !slices.ContainsFunc(f.tokens, func(name string) bool { return mentions(text, name) })
		})
	}
	if found := mentionedIn(line.Text); len(found) > 0 {
		return found
	}
	return mentionedIn(strings.Join(j.literals(), " "))
}

// literals are what the rules compare values with.
func (j Judge) literals() []string {
	rules := slices.Clone(j.Bounds.Rules)
	for _, c := range j.Bounds.Caps {
		rules = append(rules, c.Rules...)
	}
	var found []string
	for _, r := range rules {
		for _, arg := range r.Args {
			found = slices.Concat(found, arg.Limit.CIDR, arg.Limit.In)
		}
	}
	return found
}

// maxTries bounds the values that are tried for one line.
const maxTries = 256

// mayBeAllowed tries the values that could make a difference: those which the
// rules or the line itself name.
func (j Judge) mayBeAllowed(values token.Values, unknown []field, line merge.Line) bool {
	words, err := ipcmd.Split(line.Text)
	if err != nil {
		return false
	}
	tries := []token.Values{values}
	for _, f := range unknown {
		for _, candidate := range slices.Concat(j.literals(), words) {
			for _, v := range tries {
				if len(tries) < maxTries && f.take(&v, candidate) {
					tries = append(tries, v)
				}
			}
		}
	}
	return slices.ContainsFunc(tries, func(v token.Values) bool { return j.with(v, line).Err == nil })
}

func tokensOf(unknown []field) []string {
	var names []string
	for _, f := range unknown {
		names = append(names, f.tokens[0])
	}
	return names
}

// mentions is strict about the end of a token's name.
func mentions(text, name string) bool {
	for {
		_, rest, found := strings.Cut(text, name)
		if !found {
			return false
		}
		if rest == "" || !strings.ContainsAny(rest[:1], "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") {
			return true
		}
		text = rest
	}
}
