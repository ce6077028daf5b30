// Package format writes a report of findings for people and for machines: one
// file a format. What stands in a message, a path or a line was perhaps written
// by somebody hostile, and reaches no output as it is.
//
// It decides neither what is a finding nor with which code the process ends.
package format

import (
	"fmt"
	"io"
	"strings"

	"github.com/chainsaw-cni/chainsaw/shared/escape"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/finding"
)

// Options are what formats want to know beside the report.
type Options struct {
	Colour bool   // of text
	Strict bool   // warnings fail a run, and so a test case of junit
	Rules  []Rule // which sarif lists
}

// Rule describes a rule to a format that lists them.
type Rule struct {
	ID       string
	Severity finding.Severity
	Summary  string // one sentence
	Help     string // why, as text
}

type writer func(io.Writer, finding.Report, Options) error

// writers has the formats in the order of the documentation; the first is the
// default.
var writers = []struct {
	name  string
	write writer
}{
	{"text", writeText},
	{"json", writeJSON},
	{"junit", writeJUnit},
	{"sarif", writeSARIF},
	{"github", writeGitHub},
}

// Names lists the formats.
func Names() []string {
	var names []string
	for _, w := range writers {
		names = append(names, w.name)
	}
	return names
}

// Write writes the report in a format of [Names].
func Write(w io.Writer, format string, r finding.Report, o Options) error {
	for _, known := range writers {
		if known.name == format {
			return known.write(w, r, o)
		}
	}
	return fmt.Errorf("there is no output format %q; there are %s", format, strings.Join(Names(), ", "))
}

// place is where a finding is, in lines and columns from 1. The end is the
// column behind the last character. A file that was not read has no lines.
type place struct {
	Path      string `json:"path"`
	Line      int    `json:"line,omitempty"`
	Column    int    `json:"column,omitempty"`
	EndLine   int    `json:"endLine,omitempty"`
	EndColumn int    `json:"endColumn,omitempty"`
	From      string `json:"from,omitempty"` // what a stream says that the document was made from
}

func placeOf(f finding.Finding) place {
	at := f.At
	p := place{Path: at.File.Name, From: f.From}
	if at.File.Text != nil {
		p.Line, p.Column = at.File.Position(at.Start)
		p.EndLine, p.EndColumn = at.File.Position(max(at.Start, at.End))
	}
	return p
}

func (p place) String() string {
	path := escape.Text(p.Path)
	if p.Line == 0 {
		return path
	}
	return fmt.Sprintf("%s:%d:%d", path, p.Line, p.Column)
}
