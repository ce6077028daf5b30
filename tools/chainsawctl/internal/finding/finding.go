// Package finding is what chainsawctl has found wrong: the form in which checks
// hand it over and every output format gets it.
//
// It finds nothing itself and prints nothing.
package finding

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/source"
)

// Severity says how much a finding matters.
type Severity int

// The severities, the lesser one first.
const (
	Warning Severity = iota + 1 // works, though perhaps not as it was meant
	Error                       // cannot work
)

// String returns "warning" or "error", as every format calls it.
func (s Severity) String() string {
	switch s {
	case Warning:
		return "warning"
	case Error:
		return "error"
	}
	return fmt.Sprintf("Severity(%d)", int(s))
}

// Finding is one thing that is wrong, at a place.
type Finding struct {
	Rule     string // the id, which is stable
	Severity Severity
	Message  string // one line: what is wrong; what is allowed; what was probably meant
	At       source.Span
	From     string // the file that the document was made from, where a stream says so
}

// Sort puts findings in the order of files and places, and drops those that say
// the same of the same place: a net-attach-def is looked at for each of its pods.
func Sort(findings []Finding) []Finding {
	slices.SortStableFunc(findings, compare)
	return slices.CompactFunc(findings, func(a, b Finding) bool { return compare(a, b) == 0 })
}

func compare(a, b Finding) int {
	return cmp.Or(
		cmp.Compare(a.At.File.Name, b.At.File.Name),
		a.comparePlace(b),
		cmp.Compare(a.Rule, b.Rule),
		cmp.Compare(a.Message, b.Message),
	)
}

// comparePlace knows that two Files of a name are pieces of a long one, whose
// lines go on.
func (a Finding) comparePlace(b Finding) int {
	if a.At.File == b.At.File {
		return cmp.Or(cmp.Compare(a.At.Start, b.At.Start), cmp.Compare(a.At.End, b.At.End))
	}
	aLine, aColumn := a.At.File.Position(a.At.Start)
	bLine, bColumn := b.At.File.Position(b.At.Start)
	return cmp.Or(cmp.Compare(aLine, bLine), cmp.Compare(aColumn, bColumn))
}

// Report is a run of checks: what it found, and what it looked at.
type Report struct {
	Findings   []Finding
	Files      []string       // their names, in the order in which they were read
	Documents  int            // that concern Chainsaw
	PassedOver map[string]int // the others, by kind
}

// Count counts the findings of a severity.
func (r Report) Count(s Severity) int {
	n := 0
	for _, f := range r.Findings {
		if f.Severity == s {
			n++
		}
	}
	return n
}
