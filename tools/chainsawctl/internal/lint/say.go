package lint

import (
	"errors"
	"strings"

	"github.com/chainsaw-cni/chainsaw/shared/judge"
	"github.com/chainsaw-cni/chainsaw/shared/merge"
	"github.com/chainsaw-cni/chainsaw/shared/strictjson"
	"github.com/chainsaw-cni/chainsaw/shared/variant"
	"github.com/chainsaw-cni/chainsaw/shared/wish"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/dryrun"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/source"
)

// says checks what a pod says in its annotation, as far as that does not depend
// on a network. It tells whether it can be read.
func (c *check) says(t source.Text) bool {
	_, err := wish.Parse(t.Value, wish.PodAnnotation, wish.Attachment{})
	if err != nil {
		c.malformed(t, err)
		return false
	}
	c.byThemselves(written(t), wish.PodAnnotation)
	return true
}

// saysValue is says for cni-args.
func (c *check) saysValue(t source.Text, v *strictjson.Value) bool {
	_, err := wish.FromValue(v, wish.Attachment{})
	inner := t.JSON(v)
	if err != nil && v.Kind == strictjson.String {
		c.malformed(inner, err)
		return false
	}
	if err != nil {
		c.malformed(t, err)
		return false
	}
	if v.Kind == strictjson.String {
		c.byThemselves(written(inner), wish.CNIArgs)
	} else {
		c.byThemselves(writtenIn(t, v), wish.CNIArgs)
	}
	return true
}

func (c *check) malformed(t source.Text, err error) {
	id := annotationValue
	if _, duplicate := errors.AsType[strictjson.DuplicateKey](err); duplicate {
		id = duplicateKey
	}
	c.add(id, placeOf(t, err), "the commands cannot be read: %s", said(t.Value, err))
}

// maxWritten bounds what is judged of one annotation.
const maxWritten = 16 * merge.MaxCommands

// byThemselves judges commands by the parser alone. A command that some network
// refuses is another finding.
func (c *check) byThemselves(commands []source.Text, of wish.Source) {
	j := dryrun.Judge{Bounds: judge.Judge{Variant: variant.Exec}}
	if len(commands) > maxWritten {
		c.add(tooManyCommands, whole(commands[maxWritten]), "this is more than an annotation can be about: an attachment may have %d commands", merge.MaxCommands)
		commands = commands[:maxWritten]
	}
	for i, t := range commands {
		line := merge.Line{Text: t.Value, Origin: merge.Origin{Source: of, Number: i + 1}}
		c.command(j.All([]merge.Line{line})[0], t, j, line, "")
	}
}

// written are all commands of an annotation that can be read, whichever
// attachment they are for.
func written(t source.Text) []source.Text {
	v, err := strictjson.Parse([]byte(t.Value))
	if err != nil || v.Kind != strictjson.List && v.Kind != strictjson.Object {
		return bare(t)
	}
	return writtenIn(t, &v)
}

// bare is the one command that an annotation is, if it is not empty.
func bare(t source.Text) []source.Text {
	command := strings.TrimSpace(t.Value)
	if command == "" {
		return nil
	}
	at := strings.Index(t.Value, command)
	return []source.Text{t.JSON(&strictjson.Value{Start: at, End: at + len(command)})}
}

func writtenIn(t source.Text, v *strictjson.Value) []source.Text {
	var commands []source.Text
	for i := range v.Items {
		commands = append(commands, t.JSON(&v.Items[i]))
	}
	for i := range v.Members {
		commands = append(commands, writtenIn(t, &v.Members[i].Value)...)
	}
	return commands
}
