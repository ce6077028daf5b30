package source

import (
	"bytes"
	"fmt"
	"slices"
)

// Span is a stretch of bytes of a file: what a finding points at.
type Span struct {
	File       *File
	Start, End int
}

// String is path:line:column of the start.
func (s Span) String() string {
	line, column := s.File.Position(s.Start)
	return fmt.Sprintf("%s:%d:%d", s.File.Name, line, column)
}

// Text is the bytes themselves, as they are written.
func (s Span) Text() string { return string(s.File.Text[s.Start:s.End]) }

// maxAlone is the lines that are copied, in bytes: many findings may be about
// one that is longer.
const maxAlone = 4 << 10

// Alone is the same place in a copy of its lines: what is kept so does not hold
// on to all that was read.
func (s Span) Alone() Span {
	text := s.File.Text
	start := min(s.Start, len(text))
	from := bytes.LastIndexByte(text[:start], '\n') + 1
	to := nextLine(text, min(max(start, s.End), len(text)))
	if to-from > maxAlone || to-from == len(text) {
		return s
	}
	line, _ := s.File.Position(from)
	lines := &File{Name: s.File.Name, Text: slices.Clone(text[from:to]), before: line - 1}
	return Span{File: lines, Start: s.Start - from, End: s.End - from}
}

// Problem is why something was not read.
type Problem string

// The problems.
const (
	Unreadable   Problem = "unreadable"    // there is no such file, or it is no file, or may not be read
	TooLarge     Problem = "too large"     // more than this tool reads: bytes, values, nesting, expanded aliases
	Syntax       Problem = "syntax"        // neither YAML nor JSON
	DuplicateKey Problem = "duplicate key" // the document is there nevertheless, with the first of the two
	NotFollowed  Problem = "not followed"  // a link to a folder: what is behind it was not read; all else was
)

// Error is what is wrong with an input or a document, and where. Its text does
// not repeat the place.
type Error struct {
	Problem Problem
	At      Span
	Err     error
}

func (e *Error) Error() string { return e.Err.Error() }

func (e *Error) Unwrap() error { return e.Err }
