// Package schemas holds the JSON Schemas (draft-07) of everything that people
// write for Chainsaw: the configuration of each plugin, a whole network
// configuration list, the pod's annotation, the rules and the node's policy.
//
// They are what editors and pipelines read. The plugins do not: they decode by
// themselves and never accept what a schema refuses, which the tests of this
// package prove on a corpus of documents and on mutations of it. Each file
// stands alone.
package schemas

import (
	"embed"
	"fmt"
	"slices"
	"strings"
)

//go:generate go run ./internal/generate

//go:embed *.schema.json
var files embed.FS

const extension = ".schema.json"

// Names lists the schemas, such as "chainsaw-filter" and "policy", sorted.
func Names() []string {
	entries, _ := files.ReadDir(".") // the root is always there
	names := make([]string, len(entries))
	for i, entry := range entries {
		names[i] = strings.TrimSuffix(entry.Name(), extension)
	}
	slices.Sort(names)
	return names
}

// Read returns the text of a schema.
func Read(name string) ([]byte, error) {
	text, err := files.ReadFile(name + extension)
	if err != nil {
		return nil, fmt.Errorf("there is no schema %q; there are %s", name, strings.Join(Names(), ", "))
	}
	return text, nil
}
