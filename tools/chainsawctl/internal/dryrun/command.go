package dryrun

import (
	"errors"
	"strings"

	"github.com/chainsaw-cni/chainsaw/shared/ipcmd"
	"github.com/chainsaw-cni/chainsaw/shared/judge"
	"github.com/chainsaw-cni/chainsaw/shared/redact"
)

// Verdict is what would become of a command.
type Verdict string

// The verdicts.
const (
	Allowed Verdict = "allowed"
	Refused Verdict = "refused"
	Depends Verdict = "depends" // on the value of a token
)

// Command is how a line is understood and judged. Tokens without a known value
// stand as such in it, and keys are masked.
type Command struct {
	Text      string     `json:"command"` // as written
	Origin    string     `json:"origin,omitempty"`
	Runs      string     `json:"runs,omitempty"` // canonical
	Object    string     `json:"object,omitempty"`
	Action    string     `json:"action,omitempty"`
	Options   []string   `json:"options,omitempty"`
	Arguments []Argument `json:"arguments,omitempty"`
	Class     string     `json:"class,omitempty"` // "read" or "change"
	Verdict   Verdict    `json:"verdict"`
	By        string     `json:"by,omitempty"`        // what allows it
	DependsOn []string   `json:"dependsOn,omitempty"` // tokens
	Reason    string     `json:"reason,omitempty"`    // why it is refused, or may be
	Word      *Word      `json:"word,omitempty"`      // what a refusal is about, where it is about a word

	Written string `json:"-"` // what Text is, with keys
	Err     error  `json:"-"` // of package judge
}

// Argument is one argument, by the name that ip gives it.
type Argument struct {
	Name  string `json:"name"`
	Value string `json:"value,omitempty"`
	Kind  string `json:"kind"`
}

// Word is a place in the command as written, in bytes. Both ends are the end of
// the text where something is missing.
type Word struct {
	Start int `json:"start"`
	End   int `json:"end"`
}

func newCommand(d judge.Judged) Command {
	c := Command{Text: redact.Text(d.Text), Origin: d.Origin.String(), Verdict: Allowed, By: d.By, Written: d.Text, Err: d.Err}
	if d.Err != nil {
		c.Verdict, c.Reason, c.Word = Refused, withTokens(d.Err.Error()), wordOf(d)
	}
	if d.Command.Class == 0 { // not understood
		return c
	}
	c.Runs = withTokens(d.Command.Redacted())
	c.Object, c.Action, c.Options, c.Class = d.Command.Object, d.Command.Action, d.Command.Options, d.Command.Class.String()
	for _, arg := range d.Command.Args {
		value := withTokens(arg.Value)
		if arg.Secret {
			value = "***"
		}
		c.Arguments = append(c.Arguments, Argument{arg.Name, value, arg.Kind.String()})
	}
	return c
}

// wordOf finds the word of a refusal in the line. Tokens are replaced word by
// word, so its number is the same there.
func wordOf(d judge.Judged) *Word {
	refusal, ok := errors.AsType[*ipcmd.Refusal](d.Err)
	if !ok {
		return nil
	}
	words := places(d.Text)
	if refusal.Word >= len(words) {
		return &Word{len(d.Text), len(d.Text)}
	}
	return &words[refusal.Word]
}

// places are the words of a line, as package ipcmd splits it.
func places(line string) []Word {
	var words []Word
	end := 0
	for word := range strings.FieldsSeq(line) {
		start := end + strings.Index(line[end:], word)
		end = start + len(word)
		words = append(words, Word{start, end})
	}
	return words
}
