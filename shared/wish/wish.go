// Package wish reads what a pod asks for: the forms in which its commands are
// written, and the choice among them for one attachment.
//
// It does not look for them (package lookup does) and does not know what a
// command means.
package wish

import (
	"errors"
	"fmt"
	"strings"

	"github.com/chainsaw-cni/chainsaw/shared/escape"
	"github.com/chainsaw-cni/chainsaw/shared/strictjson"
)

// Source is where a pod's commands were found.
type Source int

// The sources. Where an annotation came from (the runtime, chainsawd or the
// API server) makes no difference to the person who wrote it.
const (
	Nowhere Source = iota
	CNIArgs
	PodAnnotation
)

// String is how messages name the source.
func (s Source) String() string {
	switch s {
	case CNIArgs:
		return "cni-args"
	case PodAnnotation:
		return "pod annotation"
	}
	return "pod"
}

// Attachment is what the keys of the object form choose by.
type Attachment struct {
	Interface string // CNI_IFNAME
	Network   string // the name of the network configuration
}

// Everyone is the key of the object form for the attachments that no other key
// names.
const Everyone = "*"

// Wish is what the pod said about one attachment. Said is false when it said
// nothing; a pod that said "no commands" has Said and none.
type Wish struct {
	Source   Source
	Said     bool
	Commands []string
	List     *strictjson.Value // where they stand in the text; nil of a bare command
}

// Parse reads the text of an annotation. The text is a JSON list of commands,
// a JSON object of such lists by attachment, or one bare command.
func Parse(text string, source Source, a Attachment) (Wish, error) {
	bare := strings.TrimSpace(text)
	switch {
	case bare == "":
		return Wish{Source: source, Said: true}, nil
	case bare[0] != '[' && bare[0] != '{' && bare[0] != '"':
		return Wish{Source: source, Said: true, Commands: []string{bare}}, nil
	}
	doc := []byte(text)
	value, err := strictjson.Parse(doc)
	if err != nil {
		return Wish{}, fmt.Errorf("%w%s", strictjson.Locate(doc, err), hint(doc, err))
	}
	w, err := choose(&value, source, a)
	if err != nil {
		return Wish{}, fmt.Errorf("%w: %s", strictjson.Locate(doc, err), quoteAt(doc, err))
	}
	return w, nil
}

// FromValue reads the value of args.cni.chainsaw, which is JSON already: what
// [Parse] reads, or that text in a string.
func FromValue(v *strictjson.Value, a Attachment) (Wish, error) {
	if v.Kind == strictjson.String {
		return Parse(v.Text, CNIArgs, a)
	}
	if v.Kind == strictjson.Null {
		return Wish{Source: CNIArgs, Said: true}, nil
	}
	return choose(v, CNIArgs, a)
}

// choose takes the list for this attachment: by its interface, else by the
// network's name, else what stands for everyone.
func choose(v *strictjson.Value, source Source, a Attachment) (Wish, error) {
	if v.Kind == strictjson.List {
		commands, err := list(v)
		return Wish{Source: source, Said: true, Commands: commands, List: v}, err
	}
	if v.Kind != strictjson.Object {
		return Wish{}, v.Errorf(`write a list of commands such as ["ip route"], or an object of such lists by attachment such as {"net1": ["ip route"]}, not %s`, v.Kind)
	}
	for i := range v.Members { // all of it is checked, whatever is chosen
		if _, err := list(&v.Members[i].Value); err != nil {
			return Wish{}, fmt.Errorf("under %q: %w", v.Members[i].Key, err)
		}
	}
	for _, key := range []string{a.Interface, a.Network, Everyone} {
		if chosen := v.Field(key); chosen != nil {
			commands, err := list(chosen)
			return Wish{Source: source, Said: true, Commands: commands, List: chosen}, err
		}
	}
	return Wish{Source: source}, nil
}

func list(v *strictjson.Value) ([]string, error) {
	if v.Kind != strictjson.List {
		return nil, v.Errorf(`write a list of commands such as ["ip route"], not %s`, v.Kind)
	}
	var commands []string
	for i := range v.Items {
		item := &v.Items[i]
		if item.Kind != strictjson.String {
			return nil, item.Errorf(`command #%d must be a string such as "ip route", not %s`, i+1, item.Kind)
		}
		commands = append(commands, item.Text)
	}
	return commands, nil
}

// hint quotes the place of a mistake in JSON, and names the commonest one.
func hint(doc []byte, err error) string {
	switch near := quoteAt(doc, err); {
	case near == "" || near == `""`:
		return ""
	case strings.HasPrefix(near, `"'`):
		return fmt.Sprintf(", near %s: JSON has double quotes", near)
	default:
		return ", near " + near
	}
}

// quoteAt is the part of the document that an error is about, cut to a length
// that fits a message.
func quoteAt(doc []byte, err error) string {
	at, ok := errors.AsType[*strictjson.Error](err)
	if !ok {
		return ""
	}
	return fmt.Sprintf("%q", escape.Cut(string(doc[min(at.Offset, len(doc)):]), 40))
}
