package source

import "strings"

const lineEnds = "\n\u2028\u2029" // as they are in a value

// block reads a literal or a folded scalar.
func (s *scan) block() {
	isFolded := s.text[s.at] == '>'
	s.at = s.lineEnd() // the header
	s.at += breakAt(s.text, s.at)

	content := strings.TrimLeft(s.want, lineEnds)
	var lead, empty []int // line ends ahead of the line: of the last one with content, and of empty ones
	for range len([]rune(s.want[:len(s.want)-len(content)])) {
		empty = s.emptyLine(empty, len(s.text))
	}
	// How deep it is indented depends, if there is an indicator, on what the
	// scalar stands in. Its value tells in any case.
	indent := s.spaces(len(s.text)) - (len(content) - len(strings.TrimLeft(content, " ")))
	wasBlank := false
	for len(s.value) < len(s.want) && content != "" && s.spaces(indent) == indent && s.at+indent < len(s.text) {
		s.at += indent
		line := s.at
		isBlankLine := isBlank(s.text, line)
		switch {
		case !isFolded || wasBlank || isBlankLine || len(lead) == 0 || s.breakValue(lead[0]) != "\n":
			s.breaks(lead)
		case len(empty) == 0:
			s.at = lead[0]
			s.put(" ", line)
		}
		s.breaks(empty)
		s.at, wasBlank = line, isBlankLine
		s.take(s.lineEnd() - line)
		lead, empty = s.emptyLine(nil, 0), nil
		for before := -1; before < len(empty); {
			before = len(empty)
			empty = s.emptyLine(empty, indent)
		}
	}
	s.tail(append(lead, empty...))
}

// emptyLine adds the line end behind at most so many spaces, if one is there,
// and passes over it.
func (s *scan) emptyLine(ends []int, indent int) []int {
	at := s.at + s.spaces(indent)
	n := breakAt(s.text, at)
	if n == 0 {
		return ends
	}
	s.at = at + n
	return append(ends, at)
}

// spaces is how many spaces follow, counted up to a limit.
func (s *scan) spaces(limit int) int {
	n := 0
	for n < limit && s.at+n < len(s.text) && s.text[s.at+n] == ' ' {
		n++
	}
	return n
}

// breaks writes line ends.
func (s *scan) breaks(ends []int) {
	for _, at := range ends {
		s.at = at
		s.put(s.breakValue(at), at+breakAt(s.text, at))
	}
}

// tail writes those of the last line ends that chomping has left.
func (s *scan) tail(ends []int) {
	for _, at := range ends {
		if len(s.value) < len(s.want) {
			s.breaks([]int{at})
		}
	}
}
