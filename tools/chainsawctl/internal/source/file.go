package source

import (
	"bytes"
	"slices"
	"sync"
	"unicode/utf8"
)

// File is a text that was read: a whole file, or a piece of a long one that was
// cut between two documents. Its zero value with a Name is an input that could
// not be read.
type File struct {
	Name string
	Text []byte

	before int // lines of the file before this piece

	index sync.Once
	lines []int // where each line begins
}

// Position is the line and the column of a byte of Text, both from 1, the
// column in characters, as editors count.
func (f *File) Position(offset int) (line, column int) {
	starts := f.starts()
	offset = min(max(offset, 0), len(f.Text))
	i, found := slices.BinarySearch(starts, offset)
	if !found {
		i--
	}
	return f.before + i + 1, utf8.RuneCount(f.Text[starts[i]:offset]) + 1
}

// Line is the text of a line without its end; "" if there is none of the number.
func (f *File) Line(n int) string {
	starts := f.starts()
	i := n - f.before - 1
	if i < 0 || i >= len(starts) {
		return ""
	}
	rest := f.Text[starts[i]:]
	if end := bytes.IndexByte(rest, '\n'); end >= 0 {
		rest = rest[:end]
	}
	return string(bytes.TrimSuffix(rest, []byte("\r")))
}

func (f *File) starts() []int {
	f.index.Do(func() {
		f.lines = []int{0}
		for at := 0; ; {
			end := bytes.IndexByte(f.Text[at:], '\n')
			if end < 0 {
				return
			}
			at += end + 1
			f.lines = append(f.lines, at)
		}
	})
	return f.lines
}
