package runner

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
)

// lastLine is what `ip` said at the end, for the one sentence that a person
// reads; "" when it said nothing.
func lastLine(stderr []byte) string {
	const width = 200
	lines := bytes.Split(bytes.TrimSpace(stderr), []byte("\n"))
	last := printable(lines[len(lines)-1])
	if last == "" {
		return ""
	}
	if len(last) > width {
		last = last[:width] + "..."
	}
	return ": " + last
}

// printable is text that may stand in an event or on a terminal: `ip` quotes
// the raw bytes of names, and a pod may have chosen them.
func printable(text []byte) string {
	var out strings.Builder
	for _, r := range strings.ToValidUTF8(strings.TrimSpace(string(text)), "\uFFFD") {
		if r == '\n' || unicode.IsPrint(r) {
			out.WriteRune(r)
		} else {
			fmt.Fprintf(&out, `\u%04x`, r)
		}
	}
	return out.String()
}
