package rules

import (
	"fmt"
	"strings"

	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/finding"
)

// The parts of a page: a title with the severity, a sentence, why, and under
// headings of their own the policy and the examples.
const (
	policyHeading = "\n## Policy\n"
	badHeading    = "\n## Bad\n"
	goodHeading   = "\n## Good\n"
)

var severities = map[string]finding.Severity{
	finding.Warning.String(): finding.Warning,
	finding.Error.String():   finding.Error,
}

func parse(id, page string) Rule {
	r := Rule{ID: id}
	page, good, _ := strings.Cut(page, goodHeading)
	page, bad, _ := strings.Cut(page, badHeading)
	page, policy, _ := strings.Cut(page, policyHeading)
	title, text, _ := strings.Cut(page, "\n\n")
	summary, why, _ := strings.Cut(text, "\n\n")
	name, severity, _ := strings.Cut(strings.TrimPrefix(title, "# "), ": ")
	if r.Severity = severities[severity]; name != id || r.Severity == 0 {
		panic(fmt.Sprintf("the page of the rule %s begins with %q", id, title))
	}
	r.Summary, r.Why = strings.TrimSpace(summary), strings.TrimSpace(why)
	r.Bad, r.Good, r.Policy = code(bad), code(good), code(policy)
	return r
}

// code is what stands inside a fence.
func code(section string) string {
	_, inside, _ := strings.Cut(section, "```yaml\n")
	inside, _, _ = strings.Cut(inside, "```\n")
	return inside
}

// Markdown is the rule as a section of a page.
func (r Rule) Markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "## %s\n\n*%s.* %s\n\n%s\n", r.ID, r.Severity, r.Summary, r.Why)
	for _, example := range []struct{ heading, text string }{
		{"With the node policy", r.Policy}, {"Bad", r.Bad}, {"Good", r.Good},
	} {
		if example.text != "" {
			fmt.Fprintf(&b, "\n%s:\n\n```yaml\n%s```\n", example.heading, example.text)
		}
	}
	return b.String()
}

// Document is docs/rules.md.
func Document() string {
	var b strings.Builder
	b.WriteString(`# The rules of chainsawctl validate

<!-- Made from tools/chainsawctl/internal/lint/rules/pages: run "go test ./chainsawctl/internal/lint/rules -update" in tools/. -->

` + "`chainsawctl explain RULE`" + ` prints a section of this page. Errors are what cannot work. Warnings are what works,
though perhaps not as it was meant; with ` + "`--strict`" + ` they count as well.

To leave a rule out for one place, write a comment ahead of it or at the end of its line. It holds for that line and for
what is indented below it:

` + "```yaml\n# chainsawctl:ignore unknown-key\nconfig: |\n```" + `

` + "`# chainsawctl:ignore-document RULE`" + ` anywhere in a document leaves the rule out for all of it, and ` + "`--ignore RULE`" + `
for the whole run. Several ids are separated by commas. JSON has no comments: there, ` + "`--ignore`" + ` is the way.

| rule | | |
|---|---|---|
`)
	for _, r := range All() {
		fmt.Fprintf(&b, "| [%s](#%s) | %s | %s |\n", r.ID, r.ID, r.Severity, r.Summary)
	}
	for _, r := range All() {
		b.WriteString("\n" + r.Markdown())
	}
	return b.String()
}
