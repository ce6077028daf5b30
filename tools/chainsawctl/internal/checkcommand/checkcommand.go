// Package checkcommand is `chainsawctl check-command`: how a command is
// understood, argument by argument, whether it may run, and why. It is for
// learning what rules mean, too.
//
// It knows nothing of networks and pods: package render does.
package checkcommand

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/chainsaw-cni/chainsaw/shared/escape"
	"github.com/chainsaw-cni/chainsaw/shared/merge"
	"github.com/chainsaw-cni/chainsaw/shared/wish"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/dryrun"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/format"
)

// Check judges commands as a pod's.
func Check(j dryrun.Judge, texts []string) []dryrun.Command {
	lines := make([]merge.Line, len(texts))
	for i, text := range texts {
		lines[i] = merge.Line{Text: text, Origin: merge.Origin{Source: wish.PodAnnotation, Number: i + 1}}
	}
	checked := j.All(lines)
	for i := range checked {
		checked[i].Origin = "" // there is no annotation
	}
	return checked
}

// WriteJSON writes the commands for programs.
func WriteJSON(w io.Writer, commands []dryrun.Command) error {
	return format.Indented(w, struct {
		Version  int              `json:"version"`
		Commands []dryrun.Command `json:"commands"`
	}{1, commands})
}

// WriteText writes the commands for people: as they were written, with a mark
// under the word that a refusal is about, and what is known of them.
func WriteText(w io.Writer, commands []dryrun.Command) error {
	out := bufio.NewWriter(w)
	for i, c := range commands {
		if i > 0 {
			fmt.Fprintln(out)
		}
		writeCommand(out, c)
	}
	return out.Flush()
}

func writeCommand(w io.Writer, c dryrun.Command) {
	if c.Word != nil {
		line, mark := format.Underline(c.Written, c.Word.Start, c.Word.End)
		fmt.Fprintf(w, "%s\n%s\n", line, mark)
	} else {
		fmt.Fprintln(w, escape.Text(c.Text))
	}
	row(w, "runs", c.Runs)
	row(w, "class", c.Class)
	row(w, "object", c.Object)
	row(w, "action", c.Action)
	row(w, "options", strings.Join(c.Options, " "))
	for _, arg := range c.Arguments {
		row(w, "argument", argument(arg))
	}
	switch c.Verdict {
	case dryrun.Allowed:
		row(w, "allowed", "by "+c.By)
	case dryrun.Depends:
		row(w, "depends", fmt.Sprintf("on the value of %s; where it is refused: %s", strings.Join(c.DependsOn, ", "), c.Reason))
	default:
		row(w, "refused", c.Reason)
	}
}

func argument(a dryrun.Argument) string {
	if a.Value == "" {
		return fmt.Sprintf("%s (%s)", a.Name, a.Kind)
	}
	return fmt.Sprintf("%s = %s (%s)", a.Name, a.Value, a.Kind)
}

// row leaves out what there is none of.
func row(w io.Writer, name, text string) {
	if text != "" {
		fmt.Fprintf(w, "  %-9s %s\n", name, escape.Text(text))
	}
}
