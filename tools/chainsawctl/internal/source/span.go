package source

import "fmt"

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
