// Package escape makes text harmless to print. Names and outputs may have been
// chosen by a pod, and `ip` prints their bytes as they are.
package escape

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// Append appends s without anything that could steer a terminal or
// mislead an eye: controls, what reverses or hides text, and bytes that are no
// UTF-8 appear as Go would write them, \x1b, \u202e, \xff. A backslash of s
// itself stays as it is; `ip -oneline` writes many.
func Append(out []byte, s string) []byte {
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		switch {
		case r == utf8.RuneError && size == 1:
			out = AppendByte(out, s[0])
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

// Text is s as [Append] writes it.
func Text(s string) string { return string(Append(nil, s)) }

// AppendByte appends a byte that is no text as \xff.
func AppendByte(out []byte, b byte) []byte {
	const hex = "0123456789abcdef"
	return append(out, '\\', 'x', hex[b>>4], hex[b&15])
}

// Lines escapes text but for the ends of its lines.
func Lines(text string) string {
	var out []byte
	for line := range strings.Lines(text) {
		body, ended := strings.CutSuffix(line, "\n")
		out = Append(out, body)
		if ended {
			out = append(out, '\n')
		}
	}
	return string(out)
}

// Cut shortens text to so many bytes, and says so; no character is cut in two.
func Cut(text string, width int) string {
	if len(text) <= width {
		return text
	}
	for width > 0 && !utf8.RuneStart(text[width]) {
		width--
	}
	return text[:width] + "..."
}
