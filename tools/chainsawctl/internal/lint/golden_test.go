package lint

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/finding"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/lint/rules"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/source"
)

// A golden file says in a sentence what it shows. Then follow the manifests,
// perhaps a policy.json, and what a terminal would show. The word "complete" in
// the first line stands for --complete.
const (
	wanted     = "want"
	nodePolicy = "policy.json"
)

func TestGolden(t *testing.T) {
	paths, err := filepath.Glob("testdata/golden/*.txtar")
	if err != nil || len(paths) < 80 {
		t.Errorf("there are %d golden files (%v), and should be 80 or more", len(paths), err)
	}
	broken, kept := make(map[string]bool), 0
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			found := golden(t, path)
			if len(found) == 0 {
				kept++
			}
			for _, f := range found {
				broken[f.Rule] = true
			}
		})
	}
	for _, id := range rules.IDs() {
		if !broken[id] && !slices.Contains(withoutExample, id) {
			t.Errorf("no golden file breaks the rule %s", id)
		}
	}
	if kept < 10 {
		t.Errorf("only %d golden files have nothing to find", kept)
	}
}

func golden(t *testing.T, path string) []finding.Finding {
	t.Helper()
	archive, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	title, _, _ := bytes.Cut(archive.Comment, []byte("\n"))
	l := &Linter{Complete: bytes.Contains(title, []byte("--complete"))}
	var files []*source.File
	want := -1
	for i, f := range archive.Files {
		switch f.Name {
		case wanted:
			want = i
		case nodePolicy:
			l.Policy = policy(t, string(f.Data))
		default:
			files = append(files, file(f.Name, string(f.Data)))
		}
	}
	found := run(l, files...)
	text := shown(t, found)
	if *update {
		if want < 0 {
			archive.Files = append(archive.Files, txtar.File{Name: wanted})
			want = len(archive.Files) - 1
		}
		archive.Files[want].Data = []byte(text)
		if err := os.WriteFile(path, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if want < 0 || string(archive.Files[want].Data) != text {
		t.Errorf("the findings are\n%s", text)
	}
	return found
}
