package format

import (
	"encoding/json"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// The problem matcher of the GitHub Action reads what people read.
func TestProblemMatcherReadsTheText(t *testing.T) {
	text, err := os.ReadFile("../../../../.github/chainsawctl-matcher.json")
	if err != nil {
		t.Fatal(err)
	}
	type pattern struct {
		Regexp                                      string
		File, Line, Column, Severity, Message, Code int
	}
	var file struct {
		ProblemMatcher []struct{ Pattern []pattern }
	}
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	p := file.ProblemMatcher[0].Pattern[0]
	expression := regexp.MustCompile(p.Regexp)
	report := sample()
	report.Findings[1].From = "chart/templates/pod (1).yaml"
	var got []string
	for line := range strings.Lines(written(t, "text", report, Options{})) {
		if m := expression.FindStringSubmatch(strings.TrimSuffix(line, "\n")); m != nil {
			got = append(got, strings.Join([]string{m[p.File], m[p.Line], m[p.Column], m[p.Severity], m[p.Message], m[p.Code]}, "|"))
		}
	}
	var want []string
	for _, f := range report.Findings[:2] {
		at := placeOf(f)
		want = append(want, strings.Join([]string{at.Path, strconv.Itoa(at.Line), strconv.Itoa(at.Column), f.Severity.String(), strings.NewReplacer("\n", `\n`, "\x1b", `\x1b`).Replace(f.Message), f.Rule}, "|"))
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("the matcher reads\n%q\nwant\n%q", got, want)
	}
}
