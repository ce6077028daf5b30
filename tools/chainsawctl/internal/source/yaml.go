package source

import (
	"bytes"
	"errors"
	"io"

	"go.yaml.in/yaml/v3"
)

// readYAML reads a part: one document, or more where only YAML's own rare line
// ends (a lone carriage return) divide them.
func readYAML(f *File, p part) ([]*Node, []*Error) {
	decoder := yaml.NewDecoder(bytes.NewReader(f.Text[p.start:p.end]))
	b := builder{file: f, marks: newMarks(f.Text[:p.end], p.start), anchors: make(map[*yaml.Node]*anchor)}
	var roots []*Node
	for {
		var document yaml.Node
		err := decode(decoder, &document)
		if errors.Is(err, io.EOF) {
			return roots, b.problems
		}
		if err != nil {
			return roots, append(b.problems, syntaxError(f, p, err))
		}
		root := b.node(document.Content[0], 0)
		if b.stopped {
			return roots, b.problems
		}
		if root.Kind != Null {
			roots = append(roots, root)
		}
	}
}

// values is at least half the number of values that a text can hold as YAML:
// each of them needs one of these characters, or shares it with one other.
func values(text []byte) int {
	if len(text) <= MaxValues {
		return 0 // whatever they are
	}
	count := 0
	for i, c := range text {
		switch c {
		case ',', '[', '{':
			count++
		case ':', '-', '?':
			if i+1 == len(text) || text[i+1] <= ' ' || c == ':' {
				count++
			}
		}
	}
	return count
}
