package manifest

import "bytes"

// split cuts a YAML stream into its documents. Each is padded with empty lines,
// so that the parser's line numbers are those of the file.
func split(stream []byte) [][]byte {
	var documents [][]byte
	var current []byte
	lines := 0
	for line := range bytes.Lines(stream) {
		if isMarker(line) {
			documents = append(documents, current)
			current = bytes.Repeat([]byte("\n"), lines)
			line = []byte("\n")
		}
		current = append(current, line...)
		lines++
	}
	return append(documents, current)
}

// isMarker tells whether a line begins a document. Content behind the marker is
// rare enough that Kubernetes' own tools do not take it either.
func isMarker(line []byte) bool {
	rest, found := bytes.CutPrefix(line, []byte("---"))
	rest = bytes.TrimSpace(rest)
	return found && (len(rest) == 0 || rest[0] == '#')
}

// firstLine is the number of the first line that says something.
func firstLine(document []byte) int {
	number := 0
	for line := range bytes.Lines(document) {
		number++
		if line = bytes.TrimSpace(line); len(line) > 0 && line[0] != '#' {
			return number
		}
	}
	return max(number, 1)
}
