package attacks

import (
	"go/ast"
	goparser "go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// reference is a test that a row names.
type reference struct{ folder, function, subtest string }

func parseReference(test string) reference {
	folder, name, _ := strings.Cut(test, " ")
	function, subtest, _ := strings.Cut(name, "/")
	return reference{folder, function, subtest}
}

// sources are what the tests of a folder have.
type sources struct{ functions, literals []string }

// have tells whether a test is there; the name of a case must be a literal.
func (s sources) have(r reference) bool {
	return slices.Contains(s.functions, r.function) && (r.subtest == "" || slices.Contains(s.literals, r.subtest))
}

func readTests(t *testing.T, folder string) (found sources) {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(top, folder, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		file, err := goparser.ParseFile(token.NewFileSet(), path, nil, goparser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		found.read(file)
	}
	return found
}

func (s *sources) read(file *ast.File) {
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			if strings.HasPrefix(n.Name.Name, "Test") || strings.HasPrefix(n.Name.Name, "Fuzz") {
				s.functions = append(s.functions, n.Name.Name)
			}
		case *ast.BasicLit:
			if text, err := strconv.Unquote(n.Value); err == nil && n.Kind == token.STRING {
				s.literals = append(s.literals, text)
			}
		}
		return true
	})
}
