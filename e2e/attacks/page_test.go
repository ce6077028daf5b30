package attacks

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the table of attacks into SECURITY.md")

// top is the repository's folder.
const top = "../.."

func TestSecurityPageHasTheTable(t *testing.T) {
	const begin, end = "<!-- attacks -->\n", "<!-- /attacks -->\n"
	path := filepath.Join(top, "SECURITY.md")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, opened := strings.Cut(string(text), begin)
	_, after, closed := strings.Cut(rest, end)
	if !opened || !closed {
		t.Fatalf("SECURITY.md has no %q and %q", begin, end)
	}
	want := before + begin + page() + end + after
	switch {
	case *update:
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Error(err)
		}
	case string(text) != want:
		t.Error("SECURITY.md has another table of attacks: run this test with -update")
	}
}

const preface = `
Each attack was run. A test of e2e/attacks makes this table, and sees to it that
the tests which it names are there. The walls, in the order in which an attack
meets them:

`

// page is the table as Markdown.
func page() string {
	var out strings.Builder
	out.WriteString(preface + "| wall | what it is |\n|---|---|\n")
	for _, w := range walls {
		fmt.Fprintf(&out, "| %s | %s |\n", w.wall, w.what)
	}
	for _, c := range table {
		fmt.Fprintf(&out, "\n### %s\n\n| attack | stopped by | shown by |\n|---|---|---|\n", c.title)
		for _, a := range c.attacks {
			fmt.Fprintf(&out, "| %s | %s | %s |\n", a.what, stoppedBy(a), shownBy(a))
		}
	}
	return out.String() + "\n"
}

func stoppedBy(a attack) string {
	words := make([]string, len(a.walls))
	for i, w := range a.walls {
		words[i] = string(w)
	}
	text := strings.Join(words, ", ")
	// What nothing stops of itself is stopped by who says so.
	return strings.Replace(text, string(nothing)+", ", string(nothing)+", unless asked: ", 1)
}

// shownBy names each test once, however many of its cases are meant.
func shownBy(a attack) string {
	tests := make([]string, len(a.tests))
	for i, test := range a.tests {
		r := parseReference(test)
		tests[i] = r.folder + " `" + r.function + "`"
	}
	return strings.Join(slices.Compact(tests), ", ")
}

func TestEachRowIsShownByATest(t *testing.T) {
	folders := map[string]sources{}
	for _, c := range table {
		for _, a := range c.attacks {
			if len(a.walls) == 0 || len(a.tests) == 0 {
				t.Errorf("%s: no wall, or no test", a.what)
			}
			for _, test := range a.tests {
				r := parseReference(test)
				if _, read := folders[r.folder]; !read {
					folders[r.folder] = readTests(t, r.folder)
				}
				if !folders[r.folder].have(r) {
					t.Errorf("%s: there is no test %s", a.what, test)
				}
			}
		}
	}
}

func TestEachTestHereIsInTheTable(t *testing.T) {
	const here = "e2e/attacks"
	rows := []string{"TestMain", "TestSecurityPageHasTheTable", "TestEachRowIsShownByATest", "TestEachTestHereIsInTheTable"}
	for _, c := range table {
		for _, a := range c.attacks {
			for _, test := range a.tests {
				if r := parseReference(test); r.folder == here {
					rows = append(rows, r.function)
				}
			}
		}
	}
	for _, function := range readTests(t, here).functions {
		if !slices.Contains(rows, function) {
			t.Errorf("%s is in no row", function)
		}
	}
}
