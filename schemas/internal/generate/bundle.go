package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
)

// home is where the schemas are published; each is known by its address there.
const home = "https://chainsaw-cni.dev/schemas/"

// definitions are parts of schemas by the name under which "$ref" asks for
// them. They stay text: the order of their keys is the author's.
type definitions map[string]json.RawMessage

// bundle reads the sources in a folder and returns the schemas by file name.
func bundle(folder string) (map[string][]byte, error) {
	text, err := os.ReadFile(filepath.Join(folder, "definitions.json"))
	if err != nil {
		return nil, err
	}
	written := definitions{}
	if err := json.Unmarshal(text, &written); err != nil {
		return nil, fmt.Errorf("reading definitions.json: %w", err)
	}
	maps.Copy(written, words())

	roots, err := filepath.Glob(filepath.Join(folder, "*.schema.json"))
	if err != nil {
		return nil, err
	}
	schemas := make(map[string][]byte)
	for _, root := range roots {
		name := filepath.Base(root)
		if text, err = os.ReadFile(root); err != nil {
			return nil, err
		}
		if schemas[name], err = written.complete(name, text); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return schemas, nil
}

// complete puts what every schema needs around the root of one: its draft and
// address ahead, the definitions behind.
func (d definitions) complete(name string, root []byte) ([]byte, error) {
	used := definitions{}
	if err := d.collect(root, used); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	fmt.Fprintf(&out, `{"$schema": "http://json-schema.org/draft-07/schema#", "$id": %q, `, home+name)
	out.Write(bytes.TrimSuffix(bytes.TrimPrefix(bytes.TrimSpace(root), []byte("{")), []byte("}")))
	separator := `, "definitions": {`
	for _, name := range slices.Sorted(maps.Keys(used)) {
		fmt.Fprintf(&out, "%s%q: %s", separator, name, used[name])
		separator = ", "
	}
	out.WriteString("}}")
	return layOut(out.Bytes())
}

var reference = regexp.MustCompile(`"#/definitions/([^"]+)"`)

// collect adds to used what text refers to, and what that refers to in turn.
func (d definitions) collect(text []byte, used definitions) error {
	for _, match := range reference.FindAllSubmatch(text, -1) {
		name := string(match[1])
		if _, seen := used[name]; seen {
			continue
		}
		definition, ok := d[name]
		if !ok {
			return fmt.Errorf("there is no definition %q", name)
		}
		used[name] = definition
		if err := d.collect(definition, used); err != nil {
			return err
		}
	}
	return nil
}

var (
	lineBreak = regexp.MustCompile(`\n\s*`)
	scalars   = regexp.MustCompile(`\[\n\s*` + scalar + `(,\n\s*` + scalar + `)*\n\s*\]`)
)

const scalar = `("([^"\\]|\\.)*"|[-+.0-9eE]+|true|false|null)`

// layOut indents a document, and leaves lists of words and numbers on one line.
func layOut(text []byte) ([]byte, error) {
	var out bytes.Buffer
	if err := json.Indent(&out, text, "", "  "); err != nil {
		return nil, err
	}
	out.WriteByte('\n')
	return scalars.ReplaceAllFunc(out.Bytes(), func(list []byte) []byte {
		inside := bytes.TrimSpace(list[1 : len(list)-1])
		return slices.Concat([]byte("["), lineBreak.ReplaceAll(inside, []byte(" ")), []byte("]"))
	}), nil
}
