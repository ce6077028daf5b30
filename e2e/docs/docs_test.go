// Package docs checks what the documentation quotes: each block of console
// output is compared with what its command prints today.
package docs

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// root is the checkout, where a reader runs the commands.
const root = "../.."

// block is a fenced block of console output with its command behind a "$ ".
var block = regexp.MustCompile("(?ms)^```console\n\\$ (.*?)\n(.*?)^```$")

// pages are the texts of the documentation by their paths.
func pages(t *testing.T) map[string]string {
	t.Helper()
	texts := make(map[string]string)
	for _, folder := range []string{".", "docs", "docs/decisions", "examples", "deployments"} {
		maps.Copy(texts, read(t, folder+"/*.md"))
	}
	return texts
}

// read are the texts of the files of a pattern, one at least, by their paths.
func read(t *testing.T, pattern string) map[string]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, pattern))
	if err != nil || len(files) == 0 {
		t.Fatalf("there is no %s: %v", pattern, err)
	}
	texts := make(map[string]string)
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		texts[file] = string(text)
	}
	return texts
}

func TestQuotedOutputIsWhatTheCommandPrints(t *testing.T) {
	found := 0
	for file, text := range pages(t) {
		for _, quoted := range block.FindAllStringSubmatch(text, -1) {
			found++
			t.Run(filepath.Base(file)+": "+quoted[1], func(t *testing.T) { check(t, quoted[1], quoted[2]) })
		}
	}
	if found == 0 {
		t.Error("there is no quoted output: the pattern is wrong")
	}
}

// check runs the command as a reader would, in a shell: its exit status is part
// of what a quotation may show.
func check(t *testing.T, command, quoted string) {
	shell := exec.CommandContext(t.Context(), "sh", "-c", command)
	shell.Dir = root
	printed, err := shell.CombinedOutput()
	if len(printed) == 0 {
		t.Fatalf("it printed nothing: %v", err)
	}
	if missing := firstMissing(trimmed(string(printed)), trimmed(quoted)); missing != "" {
		t.Errorf("the output does not go on with\n%s\nit is\n%s", missing, printed)
	}
}

// firstMissing is the first part of the quotation that the output does not
// have in its place; "..." stands for anything.
func firstMissing(output, quoted string) string {
	for part := range strings.SplitSeq(quoted, "...") {
		_, after, found := strings.Cut(output, part)
		if !found {
			return part
		}
		output = after
	}
	return ""
}

// trimmed is text without the blanks that `ip` leaves at the ends of lines.
func trimmed(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight(line, " ")
	}
	return strings.Join(lines, "\n")
}

func TestFirstMissing(t *testing.T) {
	for _, test := range []struct{ output, quoted, want string }{
		{"a\nb\nc", "a\n...\nc", ""},
		{"a\nb\nc", "b", ""},
		{"a\nb\nc", "c...a", "a"},
		{"a\nb", "a\nc", "a\nc"},
	} {
		if got := firstMissing(test.output, test.quoted); got != test.want {
			t.Errorf("%q in %q: %q is missing, want %q", test.quoted, test.output, got, test.want)
		}
	}
}

func TestMapOfTheHouseNamesEveryRoom(t *testing.T) {
	text, err := os.ReadFile(root + "/CONTRIBUTING.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, floor := range []string{"shared", "tools/chainsawctl/internal", "tools/chainsawd/internal"} {
		rooms, err := os.ReadDir(filepath.Join(root, floor))
		if err != nil {
			t.Fatal(err)
		}
		for _, room := range rooms {
			if room.IsDir() && !strings.Contains(string(text), "`"+room.Name()+"`") {
				t.Errorf("CONTRIBUTING.md does not name %s/%s", floor, room.Name())
			}
		}
	}
}

// link is a relative link of Markdown.
var link = regexp.MustCompile(`\]\(([^)#:]+)\)`)

func TestLinksLeadSomewhere(t *testing.T) {
	for file, text := range pages(t) {
		for _, found := range link.FindAllStringSubmatch(text, -1) {
			if _, err := os.Stat(filepath.Join(filepath.Dir(file), found[1])); err != nil {
				t.Errorf("%s: %v", file, err)
			}
		}
	}
}
