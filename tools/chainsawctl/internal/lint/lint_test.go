package lint

import (
	"bytes"
	"flag"
	"strings"
	"testing"

	"github.com/chainsaw-cni/chainsaw/shared/nodepolicy"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/finding"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/format"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/source"
)

var update = flag.Bool("update", false, "write what the linter finds as what it should find")

// run lints files, as package validate does.
func run(l *Linter, files ...*source.File) []finding.Finding {
	var found []finding.Finding
	for _, f := range files {
		documents, errs := f.Documents()
		for _, err := range errs {
			found = append(found, l.Unread(err))
		}
		for _, d := range documents {
			of, _ := l.Check(d)
			found = append(found, of...)
		}
	}
	return finding.Sort(append(found, l.Finish()...))
}

func file(name, text string) *source.File { return &source.File{Name: name, Text: []byte(text)} }

func policy(t *testing.T, text string) *nodepolicy.Policy {
	t.Helper()
	if text == "" {
		return nil
	}
	p, err := nodepolicy.Decode([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// shown is how a terminal shows the findings, without the summary.
func shown(t *testing.T, found []finding.Finding) string {
	t.Helper()
	var b bytes.Buffer
	if err := format.Write(&b, "text", finding.Report{Findings: found}, format.Options{}); err != nil {
		t.Fatal(err)
	}
	if len(found) == 0 {
		return "nothing\n"
	}
	text := b.String()
	return text[:strings.LastIndex(text, "\n\n")+1]
}
