package report

import (
	"strings"
	"unicode/utf8"

	"github.com/chainsaw-cni/chainsaw/shared/escape"
)

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
			out = escape.AppendByte(out, b[0])
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
