package runner

import (
	"bytes"

	"github.com/chainsaw-cni/chainsaw/shared/escape"
)

// lastLine is what `ip` said at the end, for the one sentence that a person
// reads; "" when it said nothing.
func lastLine(stderr []byte) string {
	const width = 200
	lines := bytes.Split(bytes.TrimSpace(stderr), []byte("\n"))
	last := escape.Lines(string(lines[len(lines)-1]))
	if last == "" {
		return ""
	}
	return ": " + escape.Cut(last, width)
}

// printedUsage tells that `ip` had nothing more to say than pages of synopsis.
func printedUsage(stderr []byte) bool {
	return bytes.HasPrefix(bytes.TrimSpace(stderr), []byte("Usage:"))
}
