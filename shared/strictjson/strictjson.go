// Package strictjson reads a JSON document into a tree that keeps the place of
// every value, and refuses what two readers could read differently: duplicate
// keys, invalid UTF-8, a second document behind the first, deep nesting.
//
// encoding/json takes the last of two equal keys and matches keys without
// regard to case; a schema validator or an admission policy does neither. What
// decides over a command must not depend on the reader. This package knows
// nothing of what the documents mean: [Value.Field] is exact, and
// [Value.CaseTwin] finds keys that encoding/json would have taken as well.
package strictjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// MaxDepth is how deep arrays and objects may nest.
const MaxDepth = 64

// Kind is the type of a JSON value, named as a person would.
type Kind string

// The kinds of value.
const (
	Null   Kind = "null"
	Bool   Kind = "true or false"
	Number Kind = "a number"
	String Kind = "a string"
	List   Kind = "a list"
	Object Kind = "an object"
)

// Value is a JSON value and its place: Start and End are byte offsets into the
// document.
type Value struct {
	Kind       Kind
	Start, End int
	Text       string // of a String its characters, of a Number its digits as written
	True       bool
	Items      []Value
	Members    []Member
}

// Member is one "key": value of an object.
type Member struct {
	Key   string
	Start int // of the key
	Value Value
}

// Error is something wrong at a place of a document: what was not read, or what
// a reader of the tree did not accept. Offset is in bytes.
type Error struct {
	Offset int
	Err    error
}

func (e *Error) Error() string { return e.Err.Error() }

func (e *Error) Unwrap() error { return e.Err }

// DuplicateKey is the error of a key that stands in its object a second time.
type DuplicateKey string

func (k DuplicateKey) Error() string {
	return fmt.Sprintf("the key %q stands here a second time", string(k))
}

// Errorf is an error at the place of the value, its text as of [fmt.Errorf].
func (v *Value) Errorf(format string, args ...any) *Error {
	return &Error{Offset: v.Start, Err: fmt.Errorf(format, args...)}
}

// Locate puts line and column ahead of an [Error] about doc.
func Locate(doc []byte, err error) error {
	at, ok := errors.AsType[*Error](err)
	if !ok {
		return err
	}
	line, column := Position(doc, at.Offset)
	return fmt.Errorf("line %d, column %d: %w", line, column, err)
}

// Position turns a byte offset into a line and a column, both from 1, the
// column in characters.
func Position(doc []byte, offset int) (line, column int) {
	before := doc[:min(offset, len(doc))]
	start := bytes.LastIndexByte(before, '\n') + 1
	return bytes.Count(before, []byte("\n")) + 1, utf8.RuneCount(before[start:]) + 1
}

// Parse reads the one value that doc is. Its errors are of type *[Error].
func Parse(doc []byte) (Value, error) {
	r := reader{doc: doc, decoder: json.NewDecoder(bytes.NewReader(doc))}
	r.decoder.UseNumber()
	if at := invalidUTF8(doc); at >= 0 {
		return Value{}, r.fail(at, "a byte that is not UTF-8")
	}
	v, err := r.value(0)
	if err != nil {
		return Value{}, err
	}
	if rest := bytes.TrimLeft(doc[v.End:], " \t\r\n"); len(rest) > 0 {
		return Value{}, r.fail(len(doc)-len(rest), "something follows the end of the JSON document")
	}
	return v, nil
}

// Field is the member with exactly this key, or nil.
func (v *Value) Field(key string) *Value {
	if v == nil {
		return nil
	}
	for i := range v.Members {
		if v.Members[i].Key == key {
			return &v.Members[i].Value
		}
	}
	return nil
}

// CaseTwin is the first key that encoding/json would take for one of the known
// keys although it is written differently, and the key that it would be taken
// for. The folding is Unicode's: "ruleſ" is a twin of "rules".
func (v *Value) CaseTwin(known ...string) (twin *Member, of string) {
	if v == nil {
		return nil, ""
	}
	for i := range v.Members {
		for _, key := range known {
			if m := &v.Members[i]; m.Key != key && strings.EqualFold(m.Key, key) {
				return m, key
			}
		}
	}
	return nil, ""
}

type reader struct {
	doc     []byte
	decoder *json.Decoder
}

func (r *reader) value(depth int) (Value, error) {
	start := r.next()
	token, err := r.decoder.Token()
	if err != nil {
		return Value{}, r.wrap(err)
	}
	v := Value{Start: start}
	switch token := token.(type) {
	case json.Delim:
		if depth == MaxDepth {
			return Value{}, r.fail(start, fmt.Sprintf("more than %d levels of nesting", MaxDepth))
		}
		if token == '[' {
			err = r.list(&v, depth+1)
		} else {
			err = r.object(&v, depth+1)
		}
	case string:
		v.Kind, v.Text = String, token
	case json.Number:
		v.Kind, v.Text = Number, token.String()
	case bool:
		v.Kind, v.True = Bool, token
	default:
		v.Kind = Null
	}
	v.End = int(r.decoder.InputOffset())
	return v, err
}

func (r *reader) list(v *Value, depth int) error {
	v.Kind = List
	for r.decoder.More() {
		item, err := r.value(depth)
		if err != nil {
			return err
		}
		v.Items = append(v.Items, item)
	}
	return r.closing()
}

func (r *reader) object(v *Value, depth int) error {
	v.Kind = Object
	seen := make(map[string]bool)
	for r.decoder.More() {
		start := r.next()
		key, err := r.decoder.Token()
		if err != nil {
			return r.wrap(err)
		}
		name, _ := key.(string) // the decoder lets nothing else be a key
		if seen[name] {
			return &Error{Offset: start, Err: DuplicateKey(name)}
		}
		seen[name] = true
		value, err := r.value(depth)
		if err != nil {
			return err
		}
		v.Members = append(v.Members, Member{Key: name, Start: start, Value: value})
	}
	return r.closing()
}

func (r *reader) closing() error {
	_, err := r.decoder.Token()
	return r.wrap(err)
}

// next is the offset of the next token: behind what the decoder has consumed
// and the white space and separators that it skips.
func (r *reader) next() int {
	at := int(r.decoder.InputOffset())
	for at < len(r.doc) && bytes.IndexByte([]byte(" \t\r\n,:"), r.doc[at]) >= 0 {
		at++
	}
	return at
}

func (r *reader) wrap(err error) error {
	if err == nil {
		return nil
	}
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		// A scanner's offset is behind the byte, a decoder's is before its token.
		return r.fail(max(int(syntax.Offset)-1, r.next()), syntax.Error())
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return r.fail(len(r.doc), "the JSON document ends too early")
	}
	return r.fail(int(r.decoder.InputOffset()), err.Error())
}

func (r *reader) fail(offset int, text string) error {
	return &Error{Offset: offset, Err: errors.New(text)}
}

// invalidUTF8 is the offset of the first byte that is not UTF-8, or -1.
func invalidUTF8(doc []byte) int {
	for at := 0; at < len(doc); {
		r, size := utf8.DecodeRune(doc[at:])
		if r == utf8.RuneError && size == 1 {
			return at
		}
		at += size
	}
	return -1
}
