package lint

import (
	"errors"
	"strings"

	"github.com/chainsaw-cni/chainsaw/shared/strictjson"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/source"
)

// whole is where a text is written, without the quotes around it.
func whole(t source.Text) source.Span { return t.Span(0, len(t.Value)) }

// placeOf is where the JSON in a text goes wrong.
func placeOf(t source.Text, err error) source.Span {
	at := 0
	if wrong, ok := errors.AsType[*strictjson.Error](err); ok {
		at = min(wrong.Offset, len(strings.TrimRight(t.Value, " \t\r\n"))) // where it ends too early
	}
	return t.Span(at, at+wordLength(t.Value[at:]))
}

// wordLength is the length of what a JSON text begins with: a string, a number
// or word, or a single character.
func wordLength(text string) int {
	switch {
	case text == "":
		return 0
	case text[0] == '"':
		if end := strings.IndexAny(text[1:], "\"\\\n"); end >= 0 && text[1+end] == '"' {
			return end + 2
		}
		return 1
	}
	word := strings.IndexFunc(text, func(r rune) bool {
		return !strings.ContainsRune("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.+-_", r)
	})
	if word < 0 {
		word = len(text)
	}
	return max(word, 1)
}

// said is what a decoder says of a text, without the line and column inside it
// and the quotation around them: a finding has its place. What is often wrong
// with JSON has a hint.
func said(doc string, err error) string {
	wrong, ok := errors.AsType[*strictjson.Error](err)
	if !ok {
		return err.Error()
	}
	before, after := doc[:min(wrong.Offset, len(doc))], doc[min(wrong.Offset, len(doc)):]
	switch {
	case strings.HasPrefix(after, "'"):
		return wrong.Error() + ": JSON has double quotes"
	case strings.HasSuffix(strings.TrimRight(before, " \t\r\n"), ",") && strings.IndexAny(after, "]}") == 0:
		return wrong.Error() + ": the last item has no comma behind it"
	}
	return wrong.Error()
}

// object is an object of a JSON text.
type object struct {
	text  source.Text // of the whole object
	value strictjson.Value
}

// keyPlace is where the key of a member is written, with its quotes.
func (o object) keyPlace(m *strictjson.Member) source.Span {
	return o.text.Span(m.Start, m.Start+wordLength(o.text.Value[m.Start:]))
}

// valuePlace is where the value of a key is written, or the beginning of the
// object if it is not there.
func (o object) valuePlace(key string) source.Span {
	if v := o.value.Field(key); v != nil {
		return o.text.Span(v.Start, v.End)
	}
	return o.text.Span(o.value.Start, o.value.Start+1)
}

// inside is an object in this one.
func (o object) inside(v *strictjson.Value) object { return object{o.text, *v} }
