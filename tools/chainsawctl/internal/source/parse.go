package source

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"unicode/utf8"

	"github.com/chainsaw-cni/chainsaw/shared/strictjson"
)

// jsonFiles are the names of what can be nothing but JSON.
var jsonFiles = []string{".json", ".conf", ".conflist"}

// parse reads a part. What begins as JSON does is read as JSON: YAML knows no
// surrogate pairs. What then is no JSON may still be YAML of the flow style.
func parse(f *File, p part) ([]*Node, []*Error) {
	body := f.Text[p.body:p.end]
	if len(body) > MaxDocument {
		return nil, []*Error{{TooLarge, f.lineAt(p.body), fmt.Errorf("this document is longer than %d MiB", MaxDocument>>20)}}
	}
	if values(body) > MaxValues {
		return nil, []*Error{{TooLarge, f.lineAt(p.body), fmt.Errorf("this document holds more than %d values: split it", MaxValues)}}
	}
	if !utf8.Valid(body) { // the YAML library would read UTF-16, with places of its own
		return nil, []*Error{unprintable(f, p)}
	}
	isJSON := slices.Contains(jsonFiles, filepath.Ext(f.Name))
	if !isJSON && !looksLikeJSON(body) {
		return readYAML(f, p)
	}
	root, err := strictjson.Parse(body)
	if err == nil {
		return []*Node{fromJSON(f, p.body, &root)}, nil
	}
	if !isJSON || json.Valid(body) { // if it is JSON, a key may stand there twice
		roots, errs := readYAML(f, p)
		if len(roots) > 0 || !saysJSON(body) {
			return roots, errs
		}
	}
	return nil, []*Error{jsonError(f, p, err)}
}

// saysJSON tells whether JSON was meant: its keys are quoted.
func saysJSON(body []byte) bool {
	body = bytes.TrimLeft(body, " \t\r\n{[")
	return len(body) > 0 && body[0] == '"'
}

func jsonError(f *File, p part, err error) *Error {
	at := p.body
	if place, found := errors.AsType[*strictjson.Error](err); found {
		at = min(p.body+place.Offset, len(f.Text))
	}
	return &Error{Syntax, Span{File: f, Start: at, End: min(at+1, len(f.Text))}, fmt.Errorf("this is no JSON: %w", err)}
}

// fromJSON makes Nodes of a value that begins at an offset of the file.
func fromJSON(f *File, base int, v *strictjson.Value) *Node {
	n := &Node{Kind: v.Kind, Value: v.Text, file: f, start: base + v.Start, limit: base + v.End, style: jsonValue}
	if v.Kind == Bool || v.Kind == Null {
		n.Value = string(f.Text[n.start:n.limit])
	}
	for i := range v.Items {
		n.Items = append(n.Items, fromJSON(f, base, &v.Items[i]))
	}
	for i := range v.Members {
		m := &v.Members[i]
		key := &Node{Kind: String, Value: m.Key, file: f, start: base + m.Start, style: jsonValue}
		key.limit = key.start + literalEnd(f.Text[key.start:])
		n.Members = append(n.Members, Member{Key: key, Value: fromJSON(f, base, &m.Value)})
	}
	return n
}
