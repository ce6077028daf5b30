package format

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"

	"github.com/chainsaw-cni/chainsaw/shared/escape"
	"github.com/chainsaw-cni/chainsaw/shared/redact"
)

// How much of a line is shown, in columns, and how much of that lies ahead of
// the mark.
const (
	maxColumns  = 120
	columnAhead = 40
	reach       = 4 * maxColumns // bytes: no character has more
)

const ellipsis = "..."

// snippet is [Underline] of the line of a text that [start, end) begins on.
func snippet(text []byte, start, end int) (line, mark string) {
	start = min(start, len(text))
	from, to := lineAround(text, start)
	return Underline(string(text[from:to]), start-from, max(start, end)-from)
}

// Underline is a line as a terminal may show it, and the mark to print below its
// stretch [start, end). A long line is cut around the mark. A line with a key in
// it is shown without the key and the mark.
func Underline(written string, start, end int) (line, mark string) {
	if masked := redact.Text(written); masked != written {
		return escape.Text(escape.Cut(masked, maxColumns)), ""
	}
	cells := cellsOf(written)
	first, last := cellAt(cells, start), cellAt(cells, end)
	left, right := window(cells, first)
	last = min(last, right)
	var out, under strings.Builder
	if left > 0 {
		out.WriteString(ellipsis)
		under.WriteString(strings.Repeat(" ", len(ellipsis)))
	}
	for i, c := range cells[left:right] {
		out.WriteString(c.text)
		if left+i < first {
			under.WriteString(strings.Repeat(" ", c.columns))
		}
	}
	if right < len(cells) {
		out.WriteString(ellipsis)
	}
	under.WriteByte('^')
	under.WriteString(strings.Repeat("~", max(0, columns(cells[first:last])-1)))
	return out.String(), under.String()
}

// lineAround is the line at a place, or as much of it as can be shown: a file
// may be one line of many megabytes.
func lineAround(text []byte, at int) (from, to int) {
	from = max(0, at-reach)
	if i := bytes.LastIndexByte(text[from:at], '\n'); i >= 0 {
		from += i + 1
	}
	for from < at && from > 0 && !utf8.RuneStart(text[from]) {
		from++
	}
	to = min(len(text), at+reach)
	if i := bytes.IndexByte(text[at:to], '\n'); i >= 0 {
		to = at + i
	}
	for to < len(text) && to > at && !utf8.RuneStart(text[to]) {
		to--
	}
	return from, at + len(bytes.TrimSuffix(text[at:to], []byte("\r")))
}

// cell is a character as it is shown.
type cell struct {
	offset  int // in the line
	text    string
	columns int
}

func cellsOf(line string) []cell {
	var cells []cell
	for at := 0; at < len(line); {
		r, size := utf8.DecodeRuneInString(line[at:])
		c := cell{offset: at, text: escape.Text(line[at : at+size])}
		c.columns = columnsOf(r, c.text)
		if r == '\t' {
			c.text, c.columns = "    ", 4
		}
		cells = append(cells, c)
		at += size
	}
	return cells
}

// columnsOf is how many columns a terminal gives to a character.
func columnsOf(r rune, shown string) int {
	if len(shown) > utf8.RuneLen(r) || r == utf8.RuneError { // escaped
		return utf8.RuneCountInString(shown)
	}
	if unicode.In(r, unicode.Mn, unicode.Me) {
		return 0
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}

// cellAt is the cell at an offset, or the number of cells behind all of them.
func cellAt(cells []cell, offset int) int {
	for i, c := range cells {
		if c.offset >= offset {
			return i
		}
	}
	return len(cells)
}

// window is which cells are shown: all of them if they have room, or else those
// around the first one of the mark.
func window(cells []cell, first int) (left, right int) {
	if columns(cells) <= maxColumns {
		return 0, len(cells)
	}
	left = first
	for left > 0 && columns(cells[left-1:first]) <= columnAhead {
		left--
	}
	right = left
	for room := maxColumns; right < len(cells) && room >= cells[right].columns; right++ {
		room -= cells[right].columns
	}
	for room := maxColumns - columns(cells[left:right]); left > 0 && room >= cells[left-1].columns; left-- {
		room -= cells[left-1].columns
	}
	return left, right
}

func columns(cells []cell) int {
	n := 0
	for _, c := range cells {
		n += c.columns
	}
	return n
}
