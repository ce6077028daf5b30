// Command generate writes the published schemas: each of ../../source with the
// definitions that it refers to inside, so that an editor needs no second file,
// and with the words that the plugins' own packages know.
//
// It knows how schemas are put together, not what they say: that is in source/,
// and for the words of `ip` in words.go.
package main

import (
	"fmt"
	"os"
	"path/filepath"
)

// The folders, seen from the one in which go:generate runs.
const (
	source    = "source"
	published = "."
)

func main() {
	if err := run(source, published); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(from, to string) error {
	schemas, err := bundle(from)
	if err != nil {
		return fmt.Errorf("putting the schemas together: %w", err)
	}
	for name, text := range schemas {
		if err := os.WriteFile(filepath.Join(to, name), text, 0o644); err != nil {
			return fmt.Errorf("publishing a schema: %w", err)
		}
	}
	return nil
}
