package ipcmd

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A row of the corpus: commands that were run against the real ip, and what
// they turned out to do.
type row struct {
	Cmd   string   `json:"cmd"`
	Argv  []string `json:"argv"` // without the leading "ip"
	Class string   `json:"class"`
	Group string   `json:"group"`
	Tags  []string `json:"tags"`
}

func corpus(t testing.TB) []row {
	t.Helper()
	files, err := filepath.Glob("testdata/corpus*.jsonl")
	if err != nil || len(files) == 0 {
		t.Fatalf("no corpus in testdata: %v", err)
	}
	var rows []row
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		for lines := bufio.NewScanner(f); lines.Scan(); {
			var r row
			line := strings.ReplaceAll(lines.Text(), "@DIR@", "/tmp/x")
			if err := json.Unmarshal([]byte(line), &r); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			rows = append(rows, r)
		}
	}
	return rows
}

func TestCorpus(t *testing.T) {
	type tally struct{ through, refused int }
	counts := map[string]*tally{}
	for _, r := range corpus(t) {
		c, err := r.parse()
		n := counts[r.Group+" "+r.Class]
		if n == nil {
			n = &tally{}
			counts[r.Group+" "+r.Class] = n
		}
		if err == nil {
			n.through++
		} else {
			n.refused++
		}
		if problem := r.judge(c, err); problem != "" {
			t.Errorf("%q (%s, %s): %s; %v", r.Cmd, r.Group, r.Class, problem, err)
		}
	}
	for name, n := range counts {
		t.Logf("%-24s %4d let through, %4d refused", name, n.through, n.refused)
	}
}

// parse splits only the rows that are about splitting: elsewhere a word may
// have white space in it.
func (r row) parse() (Command, error) {
	words := append([]string{"ip"}, r.Argv...)
	if r.Group == "text" {
		var err error
		if words, err = Split(r.Cmd); err != nil {
			return Command{}, err
		}
	}
	return Parse(words)
}

func (r row) judge(c Command, err error) string {
	has := func(tag string) bool { return slices.Contains(r.Tags, tag) }
	switch {
	case err != nil && (r.Class == "READ" && r.Group != "bypass" && !has("usage-or-refused") ||
		r.Class == "MUTATE" && r.Group != "bypass" && !has("refused-here")):
		return "refused"
	case err != nil:
		return ""
	case r.Class == "READ" && c.Class != Read:
		return "not a read"
	case r.Class == "MUTATE" && c.Class != Change:
		return "not a change"
	case r.Class != "READ" && r.Class != "MUTATE":
		return "let through as " + c.String()
	}
	return ""
}
