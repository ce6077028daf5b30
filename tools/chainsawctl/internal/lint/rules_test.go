package lint

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"testing"

	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/finding"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/lint/rules"
)

func TestEachRuleHasAPageAndEachPageARule(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "ids.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	ast.Inspect(file, func(n ast.Node) bool {
		if literal, ok := n.(*ast.BasicLit); ok {
			id, err := strconv.Unquote(literal.Value)
			if err != nil {
				t.Fatal(err)
			}
			ids = append(ids, id)
		}
		return true
	})
	slices.Sort(ids)
	if pages := rules.IDs(); !slices.Equal(ids, pages) {
		t.Errorf("the code has the ids\n%q, and the pages are\n%q", ids, pages)
	}
}

// withoutExample are the rules that no text can break.
var withoutExample = []string{unreadable, notFollowed, tooLarge}

func TestBadExamplesBreakTheirRuleAndNoOther(t *testing.T) {
	for _, r := range rules.All() {
		t.Run(r.ID, func(t *testing.T) {
			if slices.Contains(withoutExample, r.ID) != (r.Bad == "") {
				t.Fatal("it has an example, or lacks one, against expectation")
			}
			found := run(&Linter{Policy: policy(t, r.Policy)}, file("bad.yaml", r.Bad))
			others := slices.ContainsFunc(found, func(f finding.Finding) bool { return f.Rule != r.ID || f.Severity != r.Severity })
			if r.Bad != "" && len(found) == 0 || others {
				t.Errorf("the findings are\n%s", shown(t, found))
			}
		})
	}
}

func TestGoodExamplesBreakNoRule(t *testing.T) {
	for _, r := range rules.All() {
		if found := run(&Linter{Policy: policy(t, r.Policy)}, file("good.yaml", r.Good)); len(found) > 0 {
			t.Errorf("%s: the findings are\n%s", r.ID, shown(t, found))
		}
	}
}
