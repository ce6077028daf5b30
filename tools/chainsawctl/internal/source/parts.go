package source

import (
	"bytes"
	"iter"
)

// part is one document in a text: [start, end), and where its body begins,
// behind the comments, directives and the marker that lead it.
type part struct{ start, body, end int }

// parts are the documents of a YAML stream. A line that begins with --- or ...
// is a boundary wherever it stands: YAML allows it inside no value.
func parts(text []byte) iter.Seq[part] {
	return func(yield func(part) bool) {
		for at := 0; at < len(text); {
			p := next(text, at)
			if !yield(p) {
				return
			}
			at = p.end
		}
	}
}

func next(text []byte, start int) part {
	at := start
	for at < len(text) && leads(text[at:]) {
		at = nextLine(text, at)
	}
	if isMarker(text[at:], "---") {
		at += len("---")
	}
	return part{start: start, body: at, end: partEnd(text, at)}
}

// leads tells whether a line comes before a document: empty, a comment, a directive.
func leads(line []byte) bool {
	line = bytes.TrimLeft(line, " \t\r")
	return len(line) == 0 || line[0] == '\n' || line[0] == '#' || line[0] == '%'
}

func partEnd(text []byte, at int) int {
	for {
		line := bytes.Index(text[at:], []byte("\n"))
		if line < 0 {
			return len(text)
		}
		at += line + 1
		if isMarker(text[at:], "---") {
			return at
		}
		if isMarker(text[at:], "...") {
			return nextLine(text, at)
		}
	}
}

func nextLine(text []byte, at int) int {
	if end := bytes.IndexByte(text[at:], '\n'); end >= 0 {
		return at + end + 1
	}
	return len(text)
}

func isMarker(line []byte, marker string) bool {
	rest, found := bytes.CutPrefix(line, []byte(marker))
	return found && (len(rest) == 0 || bytes.IndexByte([]byte(" \t\r\n"), rest[0]) >= 0)
}

// blank tells whether the document holds nothing but comments.
func (p part) blank(text []byte) bool {
	for at := p.body; at < p.end; at = nextLine(text, at) {
		if !leads(text[at:p.end]) && !isMarker(text[at:p.end], "...") {
			return false
		}
	}
	return true
}

// name is what the first "# Source:" line ahead of the document says.
func (p part) name(text []byte) string {
	for at := p.start; at < p.end; at = nextLine(text, at) {
		line := text[at:nextLine(text, at)]
		if name, found := bytes.CutPrefix(line, []byte("# Source: ")); found {
			return string(bytes.TrimSpace(name))
		}
		if at >= p.body && !leads(line) {
			break
		}
	}
	return ""
}
