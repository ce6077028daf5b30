// Package source reads what chainsawctl is given, in YAML or JSON, and never
// forgets where anything stood: each value knows its bytes in the file, each
// scalar where each of its decoded bytes was written, whatever the style, and a
// JSON string inside a scalar as well. So a finding about one word of a command
// in a list in an annotation in a folded scalar points at that word.
//
// What comes in is hostile: files, documents, nesting, values and the expansion
// of aliases are bounded, and a limit that is met is an [Error] with a place.
//
// It knows Kubernetes only as far as it takes to pass over, unread, documents
// that cannot concern Chainsaw, and to take a List apart. What the documents
// mean is for those who use it.
package source
