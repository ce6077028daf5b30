package format

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/chainsaw-cni/chainsaw/shared/escape"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/finding"
)

// What the runner of GitHub Actions takes for the end of a message or a
// property; it turns the codes back.
var (
	githubMessage  = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	githubProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

// writeGitHub writes workflow commands, which annotate the lines of a pull request.
func writeGitHub(w io.Writer, r finding.Report, _ Options) error {
	out := bufio.NewWriter(w)
	for _, f := range r.Findings {
		p := placeOf(f)
		fmt.Fprintf(out, "::%s file=%s", f.Severity, githubProperty.Replace(escape.Text(p.Path)))
		if p.Line > 0 {
			fmt.Fprintf(out, ",line=%d,endLine=%d,col=%d,endColumn=%d", p.Line, p.EndLine, p.Column, p.EndColumn)
		}
		fmt.Fprintf(out, ",title=%s::%s\n", githubProperty.Replace(f.Rule), githubMessage.Replace(escape.Text(f.Message)))
	}
	return out.Flush()
}
