package report

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// appendEscaped appends s without anything that could steer a terminal or
// mislead an eye: controls, what reverses or hides text, and bytes that are no
// UTF-8 appear as Go would write them, \x1b, \u202e, \xff. A backslash of s
// itself stays as it is; `ip -oneline` writes many.
func appendEscaped(out []byte, s string) []byte {
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		switch {
		case r == utf8.RuneError && size == 1:
			out = appendByte(out, s[0])
		case strconv.IsPrint(r):
			out = append(out, s[:size]...)
		default:
			quoted := strconv.QuoteRuneToASCII(r)
			out = append(out, quoted[1:len(quoted)-1]...)
		}
		s = s[size:]
	}
	return out
}

func appendByte(out []byte, b byte) []byte {
	const hex = "0123456789abcdef"
	return append(out, '\\', 'x', hex[b>>4], hex[b&15])
}

// validText makes bytes into a string which JSON carries unchanged: it would
// replace what is no UTF-8, and nobody could tell afterwards what had been there.
func validText(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	var out []byte
	for len(b) > 0 {
		r, size := utf8.DecodeRune(b)
		if r == utf8.RuneError && size == 1 {
			out = appendByte(out, b[0])
		} else {
			out = append(out, b[:size]...)
		}
		b = b[size:]
	}
	return string(out)
}

// expandTabs writes a tab as the blanks that a terminal would show.
func expandTabs(line string) string {
	const stop = 8
	var out strings.Builder
	column := 0
	for _, r := range []byte(line) {
		if r != '\t' {
			out.WriteByte(r)
			column++
			continue
		}
		blanks := stop - column%stop
		out.WriteString("        "[:blanks])
		column += blanks
	}
	return out.String()
}
