package source

import "unicode/utf8"

// style is how a scalar is written.
type style int

const (
	plain style = iota
	singleQuoted
	doubleQuoted
	literal
	folded
	jsonValue
)

// decoders read a scalar anew, to know where each byte of its value is written.
var decoders = map[style]func(*scan){
	plain:        (*scan).plain,
	singleQuoted: (*scan).singleQuoted,
	doubleQuoted: (*scan).doubleQuoted,
	literal:      (*scan).block,
	folded:       (*scan).block,
}

// scan is the reading of one scalar whose value is known. What it finds counts
// only if it finds this very value.
type scan struct {
	text []byte // up to the end of the document
	want string
	from int // where it begins, behind its tag and its anchor
	at   int

	value []byte
	runs  []run
}

func (n *Node) text() Text {
	if n.style == jsonValue {
		raw := Text{Value: string(n.file.Text[n.start:n.limit]), file: n.file}
		raw.runs = []run{{size: len(raw.Value), start: n.start, end: n.limit}}
		return raw.json(0, len(raw.Value))
	}
	s := n.scan()
	if string(s.value) != n.Value { // say less, but nothing wrong
		whole := n.file.lineAt(s.from)
		s.from, s.at = whole.Start, whole.End
		s.runs = []run{{size: len(n.Value), start: whole.Start, end: whole.End}}
	}
	return Text{Value: n.Value, file: n.file, start: s.from, end: s.at, runs: s.runs}
}

func (n *Node) scan() *scan {
	s := &scan{text: n.file.Text[:n.limit], at: n.start, from: n.start, want: n.Value}
	if n.style == plain && n.Value == "" {
		return s // it is nowhere; only its tag and its anchor are
	}
	s.properties()
	s.from = s.at
	if !s.done() {
		decoders[n.style](s)
	}
	return s
}

// take reads n bytes that stand for themselves.
func (s *scan) take(n int) { s.put(string(s.text[s.at:s.at+n]), s.at+n) }

// put reads up to an offset, which makes these bytes of the value.
func (s *scan) put(value string, to int) {
	r := run{value: len(s.value), size: len(value), start: s.at, end: to}
	if last := len(s.runs) - 1; last >= 0 && s.runs[last].exact() && r.exact() && s.runs[last].end == r.start {
		s.runs[last].size += r.size
		s.runs[last].end = r.end
	} else {
		s.runs = append(s.runs, r)
	}
	s.value = append(s.value, value...)
	s.at = to
}

func (s *scan) done() bool { return s.at >= len(s.text) || len(s.value) > len(s.want) }

// properties passes over the anchor and the tag ahead of a scalar.
func (s *scan) properties() {
	for s.at < len(s.text) {
		switch {
		case isBlank(s.text, s.at):
			s.at++
		case breakAt(s.text, s.at) > 0:
			s.at += breakAt(s.text, s.at)
		case s.text[s.at] == '#':
			s.at = s.lineEnd()
		case s.text[s.at] == '&':
			for s.at++; s.at < len(s.text) && inAnchor(s.text[s.at]); s.at++ {
			}
		case s.text[s.at] == '!':
			for s.at < len(s.text) && !isBlank(s.text, s.at) && breakAt(s.text, s.at) == 0 {
				s.at++
			}
		default:
			return
		}
	}
}

func inAnchor(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-'
}

func (s *scan) lineEnd() int {
	at := s.at
	for at < len(s.text) && breakAt(s.text, at) == 0 {
		_, size := utf8.DecodeRune(s.text[at:])
		at += size
	}
	return at
}

// breakValue is what a line end means in a value.
func (s *scan) breakValue(at int) string {
	if n := breakAt(s.text, at); s.text[at] == 0xE2 {
		return string(s.text[at : at+n])
	}
	return "\n"
}
