package rules

import (
	"flag"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write docs/rules.md")

func TestTheDocumentIsMadeFromThePages(t *testing.T) {
	const path = "../../../../../docs/rules.md"
	if *update {
		if err := os.WriteFile(path, []byte(Document()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(text) != Document() {
		t.Error(`docs/rules.md is not what the pages make: run "go test ./chainsawctl/internal/lint/rules -update" in tools/`)
	}
}

func TestFind(t *testing.T) {
	for id, want := range map[string]string{
		"unknown-key":  "",
		"unknow-key":   `did you mean "unknown-key"?`,
		"quite-others": "the rules are: annotation-idle, ",
		"":             "there is no rule",
	} {
		r, err := Find(id)
		if want == "" && (err != nil || r.ID != id) {
			t.Errorf("%q: got %q, %v", id, r.ID, err)
		}
		if want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%q: the error is %v, want %q in it", id, err, want)
		}
	}
}

func TestPagesAreWhole(t *testing.T) {
	for _, r := range All() {
		if r.Why == "" || !strings.HasSuffix(r.Summary, ".") || strings.Contains(r.Summary, "\n") || (r.Bad == "") != (r.Good == "") {
			t.Errorf("the page of %s lacks something: %+v", r.ID, r)
		}
	}
}

func TestPagesWithoutATitleAreRefused(t *testing.T) {
	for _, page := range []string{"", "# other: error\n\nSummary.\n\nWhy.\n", "# id: grave\n\nSummary.\n\nWhy.\n"} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%q was taken", page)
				}
			}()
			parse("id", page)
		}()
	}
}
