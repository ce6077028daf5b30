package source

import "strconv"

// The styles that stand in the flow of a line, and that a line end in them is
// folded into a space: plain and quoted.

func (s *scan) plain() {
	for !s.done() && len(s.value) < len(s.want) {
		if !s.space() {
			s.take(1)
		}
	}
}

func (s *scan) singleQuoted() {
	for s.at++; !s.done(); {
		switch {
		case s.space():
		case s.text[s.at] != '\'':
			s.take(1)
		case s.at+1 < len(s.text) && s.text[s.at+1] == '\'':
			s.put("'", s.at+2)
		default:
			s.at++
			return
		}
	}
}

func (s *scan) doubleQuoted() {
	for s.at++; !s.done(); {
		switch {
		case s.space():
		case s.text[s.at] == '"':
			s.at++
			return
		case s.text[s.at] == '\\' && s.at+1 < len(s.text):
			s.escape()
		default:
			s.take(1)
		}
	}
}

// escapes of one character; codeLengths are the digits of the others.
var (
	escapes = map[byte]string{
		'0': "\x00", 'a': "\a", 'b': "\b", 't': "\t", '\t': "\t", 'n': "\n", 'v': "\v", 'f': "\f", 'r': "\r",
		'e': "\x1B", ' ': " ", '"': `"`, '\'': "'", '/': "/", '\\': `\`,
		'N': "\u0085", '_': "\u00A0", 'L': "\u2028", 'P': "\u2029",
	}
	codeLengths = map[byte]int{'x': 2, 'u': 4, 'U': 8}
)

func (s *scan) escape() {
	if n := breakAt(s.text, s.at+1); n > 0 {
		s.at += 1 + n
		s.fold(s.spaceEnd(), false)
		return
	}
	digits := codeLengths[s.text[s.at+1]]
	end := s.at + 2 + digits
	if digits == 0 || end > len(s.text) {
		s.put(escapes[s.text[s.at+1]], s.at+2)
		return
	}
	code, _ := strconv.ParseUint(string(s.text[s.at+2:end]), 16, 32)
	s.put(string(rune(code)), end)
}

// space reads white space: blanks within a line are kept, line ends folded.
func (s *scan) space() bool {
	end := s.spaceEnd()
	if end == s.at {
		return false
	}
	for at := s.at; at < end; at++ {
		if breakAt(s.text, at) > 0 {
			s.fold(end, true)
			return true
		}
	}
	s.take(end - s.at)
	return true
}

func (s *scan) spaceEnd() int {
	at := s.at
	for isBlank(s.text, at) || breakAt(s.text, at) > 0 {
		at += max(1, breakAt(s.text, at))
	}
	return at
}

// fold reads white space with line ends in it. The first of them is a space if
// it is the only one, and nothing if there are more: each of those is kept.
func (s *scan) fold(end int, first bool) {
	var kept []int
	for at := s.at; at < end; at += max(1, breakAt(s.text, at)) {
		if breakAt(s.text, at) > 0 {
			kept = append(kept, at)
		}
	}
	if first && s.breakValue(kept[0]) == "\n" {
		if kept = kept[1:]; len(kept) == 0 {
			s.put(" ", end)
			return
		}
	}
	for i, at := range kept {
		to := end
		if i+1 < len(kept) {
			to = kept[i+1]
		}
		s.put(s.breakValue(at), to)
	}
	s.at = end
}
