package format

import (
	"encoding/json"
	"io"

	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/finding"
)

// jsonVersion changes when a reader of the older form would go wrong. A key
// that is added is no such change.
const jsonVersion = 1

type jsonReport struct {
	Version  int           `json:"version"`
	Findings []jsonFinding `json:"findings"`
	Summary  jsonSummary   `json:"summary"`
}

type jsonFinding struct {
	place
	Severity string `json:"severity"`
	Rule     string `json:"rule"`
	Message  string `json:"message"`
}

type jsonSummary struct {
	Files      int            `json:"files"`
	Documents  int            `json:"documents"`
	PassedOver map[string]int `json:"passedOver"`
	Errors     int            `json:"errors"`
	Warnings   int            `json:"warnings"`
}

func writeJSON(w io.Writer, r finding.Report, _ Options) error {
	out := jsonReport{
		Version:  jsonVersion,
		Findings: make([]jsonFinding, len(r.Findings)),
		Summary: jsonSummary{
			Files:      len(r.Files),
			Documents:  r.Documents,
			PassedOver: r.PassedOver,
			Errors:     r.Count(finding.Error),
			Warnings:   r.Count(finding.Warning),
		},
	}
	if out.Summary.PassedOver == nil {
		out.Summary.PassedOver = map[string]int{}
	}
	for i, f := range r.Findings {
		out.Findings[i] = jsonFinding{placeOf(f), f.Severity.String(), f.Rule, f.Message}
	}
	return Indented(w, out)
}

// Indented writes a value as JSON that people can read as well.
func Indented(w io.Writer, value any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}
