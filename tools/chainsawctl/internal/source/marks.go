package source

import (
	"bytes"
	"unicode/utf8"
)

// marks turns the lines and columns of the YAML library, both from 1 and the
// column in characters, into offsets. They come in the order of the text, nearly
// always, so it goes on from the last one: a long line costs no more than a
// short one.
type marks struct {
	text         []byte
	start        int // where the library began to read
	at           int
	line, column int
}

func newMarks(text []byte, start int) *marks {
	m := &marks{text: text, start: start}
	m.rewind()
	return m
}

func (m *marks) rewind() {
	m.at, m.line, m.column = m.start, 1, 1
	if bytes.HasPrefix(m.text[m.at:], []byte("\uFEFF")) {
		m.at += len("\uFEFF") // the library does not count it
	}
}

func (m *marks) offset(line, column int) int {
	if line < m.line || line == m.line && column < m.column {
		m.rewind()
	}
	for m.at < len(m.text) && (m.line < line || m.column < column) {
		if n := breakAt(m.text, m.at); n > 0 {
			m.at, m.line, m.column = m.at+n, m.line+1, 1
			continue
		}
		_, size := utf8.DecodeRune(m.text[m.at:])
		m.at, m.column = m.at+size, m.column+1
	}
	return m.at
}

// breakAt is the length of the line end at an offset, 0 if there is none. YAML
// 1.1, and so the library, knows more of them than editors do.
func breakAt(text []byte, at int) int {
	if at >= len(text) {
		return 0
	}
	switch text[at] {
	case '\n':
		return 1
	case '\r':
		if bytes.HasPrefix(text[at:], []byte("\r\n")) {
			return 2
		}
		return 1
	case 0xC2, 0xE2:
		for _, long := range []string{"\u0085", "\u2028", "\u2029"} {
			if bytes.HasPrefix(text[at:], []byte(long)) {
				return len(long)
			}
		}
	}
	return 0
}

func isBlank(text []byte, at int) bool {
	return at < len(text) && (text[at] == ' ' || text[at] == '\t')
}
