package format

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/chainsaw-cni/chainsaw/shared/escape"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/finding"
)

// The colours, as of ECMA-48.
const (
	bold      = "1"
	boldRed   = "1;31"
	boldGreen = "1;32"
	boldAmber = "1;33"
	dim       = "2"
)

// writeText writes path:line:column: severity: message [rule], with the line
// and a mark under what is meant; editors and problem matchers know the form.
func writeText(w io.Writer, r finding.Report, o Options) error {
	out := bufio.NewWriter(w)
	for _, f := range r.Findings {
		fmt.Fprintf(out, "%s %s %s %s\n",
			o.paint(bold, placeOf(f).String()+":"), o.paint(colourOf(f.Severity), f.Severity.String()+":"),
			escape.Text(f.Message), o.paint(dim, "["+f.Rule+"]"+from(f)))
		writeSnippet(out, f, o)
	}
	if len(r.Findings) > 0 {
		fmt.Fprintln(out)
	}
	fmt.Fprintln(out, summary(r))
	return out.Flush()
}

// from names the file of a chart that a document of a stream was made from.
func from(f finding.Finding) string {
	if f.From == "" {
		return ""
	}
	return " (from " + escape.Text(f.From) + ")"
}

func writeSnippet(w io.Writer, f finding.Finding, o Options) {
	if f.At.File.Text == nil {
		return
	}
	line, mark := snippet(f.At.File.Text, f.At.Start, f.At.End)
	number, _ := f.At.File.Position(f.At.Start)
	gutter := fmt.Sprintf("%5d | ", number)
	fmt.Fprintf(w, "%s%s\n", o.paint(dim, gutter), line)
	if mark != "" {
		fmt.Fprintf(w, "%s%s\n", o.paint(dim, strings.Repeat(" ", len(gutter)-2)+"| "), o.paint(boldGreen, mark))
	}
}

func (o Options) paint(colour, text string) string {
	if !o.Colour {
		return text
	}
	return "\x1b[" + colour + "m" + text + "\x1b[0m"
}

func colourOf(s finding.Severity) string {
	if s == finding.Error {
		return boldRed
	}
	return boldAmber
}

// summary is such as "2 files, 3 documents, 1 passed over (1 Service): 1 error, no warnings".
func summary(r finding.Report) string {
	looked := counted(len(r.Files), "file") + ", " + counted(r.Documents, "document")
	if len(r.PassedOver) > 0 {
		total, kinds := 0, make([]string, 0, len(r.PassedOver))
		for _, kind := range commonestFirst(r.PassedOver) {
			total += r.PassedOver[kind]
			kinds = append(kinds, fmt.Sprintf("%d %s", r.PassedOver[kind], escape.Text(escape.Cut(kind, 63))))
		}
		looked += fmt.Sprintf(", %d of other kinds passed over (%s)", total, listed(kinds))
	}
	return looked + ": " + counted(r.Count(finding.Error), "error") + ", " + counted(r.Count(finding.Warning), "warning")
}

func commonestFirst(counts map[string]int) []string {
	return slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b))
	})
}

// listed cuts a list that is of no use at full length.
func listed(kinds []string) string {
	const most = 8
	if len(kinds) > most {
		kinds = append(kinds[:most:most], "...")
	}
	return strings.Join(kinds, ", ")
}

func counted(n int, what string) string {
	switch n {
	case 0:
		return "no " + what + "s"
	case 1:
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
