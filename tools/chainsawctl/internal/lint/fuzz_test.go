package lint

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/chainsaw-cni/chainsaw/shared/nodepolicy"
	"github.com/chainsaw-cni/chainsaw/shared/variant"
)

// FuzzLinter wants no panic, whatever stands in a file, and places that are in
// it.
func FuzzLinter(f *testing.F) {
	paths, err := filepath.Glob("testdata/golden/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		for _, part := range txtar.Parse(text).Files {
			if part.Name != wanted {
				f.Add(part.Name, part.Data)
			}
		}
	}
	strict := &nodepolicy.Policy{Caps: []nodepolicy.Cap{{Namespaces: []string{"*"}, Variant: variant.Filter}}}
	f.Fuzz(func(t *testing.T, name string, text []byte) {
		for _, l := range []*Linter{{}, {Policy: strict, Complete: true}} {
			for _, found := range run(l, file(name, string(text))) {
				if at := found.At; at.Start < 0 || at.End < at.Start || at.End > len(text) || found.Message == "" {
					t.Errorf("%s says %q of [%d, %d) of %d bytes", found.Rule, found.Message, at.Start, at.End, len(text))
				}
			}
		}
	})
}
