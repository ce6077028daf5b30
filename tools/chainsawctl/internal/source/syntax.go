package source

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// decode turns a panic of the library, which has had some, into an error.
func decode(decoder *yaml.Decoder, document *yaml.Node) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("the parser gave up: %v", cause)
		}
	}()
	return decoder.Decode(document)
}

// syntaxError is about what the library says, and where it goes wrong.
func syntaxError(f *File, p part, err error) *Error {
	if control := unprintable(f, p); control != nil {
		return control
	}
	text := f.Text[p.start:p.end]
	said, line := strings.TrimPrefix(err.Error(), "yaml: "), 0
	if rest, numbered := strings.CutPrefix(said, "line "); numbered {
		number, message, _ := strings.Cut(rest, ": ")
		line, _ = strconv.Atoi(number)
		said = message
	}
	if strings.HasPrefix(said, "did not find expected") {
		line++ // which the library counts from 0 in what its parser says, not its scanner
	}
	if bytes.Contains(text, []byte("{{")) {
		said += "; a template must be rendered first (helm template)"
	}
	at := failsAt(text)
	if at < 0 {
		at = newMarks(text, 0).offset(line, 1)
	}
	return &Error{Problem: Syntax, At: f.lineAt(p.start + at), Err: fmt.Errorf("this is no YAML: %s", said)}
}

// lookAhead is how many lines the library may read beyond a mistake.
const lookAhead = 4

// failsAt is where the line begins that makes it no YAML, or -1. The line that
// the library names is that of the construct which it could not finish, and
// nearly always it is all right: the mistake stands further down, and not far
// from where it stops to read.
func failsAt(text []byte) int {
	at := stopsAt(text)
	for range lookAhead {
		if at == 0 || stopsAt(text[:at]) < 0 {
			return at
		}
		for at > 0 {
			at = bytes.LastIndexByte(text[:at-1], '\n') + 1
			if !leads(text[at:]) {
				break
			}
		}
	}
	return -1
}

// stopsAt is where the last line begins that the library reads, or -1 if it
// finds nothing wrong.
func stopsAt(text []byte) int {
	lines := &lineReader{text: text}
	var ignored yaml.Node
	for decoder := yaml.NewDecoder(lines); ; {
		if err := decode(decoder, &ignored); errors.Is(err, io.EOF) {
			return -1
		} else if err != nil {
			return lines.last
		}
	}
}

// lineReader hands out a line at a time, and remembers the last one.
type lineReader struct {
	text     []byte
	at, last int
}

func (r *lineReader) Read(to []byte) (int, error) {
	if r.at == len(r.text) {
		return 0, io.EOF
	}
	if r.at == 0 || r.text[r.at-1] == '\n' {
		r.last = r.at
	}
	n := copy(to, r.text[r.at:nextLine(r.text, r.at)])
	r.at += n
	return n, nil
}

// unprintable is about the first character that YAML does not have, or nil.
func unprintable(f *File, p part) *Error {
	for at := p.start; at < p.end; {
		r, size := utf8.DecodeRune(f.Text[at:p.end])
		if r == utf8.RuneError && size == 1 || !inYAML(r) {
			bad := f.Text[at : at+size]
			return &Error{Syntax, Span{File: f, Start: at, End: at + size}, fmt.Errorf("%q stands here: write UTF-8 without control characters", bad)}
		}
		at += size
	}
	return nil
}

func inYAML(r rune) bool {
	switch {
	case r < ' ':
		return r == '\t' || r == '\n' || r == '\r'
	case r >= 0x7F && r < 0xA0:
		return r == 0x85
	}
	return r != 0xFFFE && r != 0xFFFF
}

// lineAt is the rest of the line from a byte on, without the blanks around it.
func (f *File) lineAt(start int) Span {
	end := nextLine(f.Text, start)
	for end > start && f.Text[end-1] <= ' ' {
		end--
	}
	for start < end && f.Text[start] <= ' ' {
		start++
	}
	return Span{File: f, Start: start, End: end}
}
