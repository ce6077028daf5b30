package source

import (
	"cmp"
	"slices"

	"github.com/chainsaw-cni/chainsaw/shared/strictjson"
)

// Text is a decoded scalar, or a JSON string inside one, whose every byte knows
// where it is written.
type Text struct {
	Value string

	file       *File
	start, end int // of the whole, with its quotes
	runs       []run
}

// run maps a stretch of the value to a stretch of the file. Stretches of one
// length agree byte for byte. Any other was written as a whole: an escape, or a
// line end and the indentation behind it, folded into a space.
type run struct {
	value, size int // in the value
	start, end  int // in the file
}

func (r run) exact() bool { return r.size == r.end-r.start }

// Verbatim is the bytes of the span as a value of their own: a document that is
// to be read in another way.
func (s Span) Verbatim() Text {
	whole := run{size: s.End - s.Start, start: s.Start, end: s.End}
	return Text{Value: s.Text(), file: s.File, start: s.Start, end: s.End, runs: []run{whole}}
}

// Span is where the bytes [from, to) of the value are written; if they are none,
// the place ahead of the next one. What is empty as a whole is its quotes.
func (t Text) Span(from, to int) Span {
	s := Span{File: t.file, Start: t.start, End: t.end}
	if len(t.runs) == 0 {
		return s
	}
	s.Start = t.before(from)
	s.End = max(s.Start, t.behind(to))
	if from == to {
		s.End = s.Start
	}
	return s
}

// before is where the byte at an offset of the value begins.
func (t Text) before(offset int) int {
	r := t.runAt(offset)
	if offset >= r.value+r.size {
		return r.end
	}
	if r.exact() {
		return r.start + offset - r.value
	}
	return r.start
}

// behind is where the byte ahead of an offset of the value ends.
func (t Text) behind(offset int) int {
	r := t.runAt(offset - 1)
	if r.exact() {
		return r.start + offset - r.value
	}
	return r.end
}

func (t Text) runAt(offset int) run { return t.runs[t.runIndex(offset)] }

// runIndex is the run that an offset of the value lies in, or the nearest.
func (t Text) runIndex(offset int) int {
	i, found := slices.BinarySearchFunc(t.runs, offset, func(r run, at int) int { return cmp.Compare(r.value, at) })
	if !found {
		i--
	}
	return max(i, 0)
}

// JSON is a value inside t, which strictjson read from t.Value: a string
// without its quotes, anything else as it stands there.
func (t Text) JSON(v *strictjson.Value) Text { return t.json(v.Start, v.End) }

// JSONKey is the key of a member inside t.
func (t Text) JSONKey(m *strictjson.Member) Text {
	return t.json(m.Start, m.Start+literalEnd(t.Value[m.Start:]))
}

// clip is the runs of the bytes [from, to) of the value, as those of a value
// that has them at another offset.
func (t Text) clip(from, to, offset int) []run {
	var runs []run
	for i := t.runIndex(from); i < len(t.runs) && t.runs[i].value < to; i++ {
		r := t.runs[i]
		low, high := max(from, r.value), min(to, r.value+r.size)
		if low >= high {
			continue
		}
		runs = append(runs, run{value: offset + low - from, size: high - low, start: t.before(low), end: t.behind(high)})
	}
	return runs
}
