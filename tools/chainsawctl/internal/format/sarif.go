package format

import (
	"io"
	"net/url"
	"path/filepath"

	"github.com/chainsaw-cni/chainsaw/shared/escape"
	"github.com/chainsaw-cni/chainsaw/shared/version"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/finding"
)

// The part of SARIF 2.1.0 that code scanning reads.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool       sarifTool     `json:"tool"`
		ColumnKind string        `json:"columnKind"`
		Results    []sarifResult `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name           string      `json:"name"`
		Version        string      `json:"version"`
		InformationURI string      `json:"informationUri"`
		Rules          []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID                   string      `json:"id"`
		ShortDescription     sarifText   `json:"shortDescription"`
		FullDescription      sarifText   `json:"fullDescription"`
		Help                 sarifText   `json:"help"`
		DefaultConfiguration sarifConfig `json:"defaultConfiguration"`
	}
	sarifConfig struct {
		Level string `json:"level"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifResult struct {
		RuleID    string          `json:"ruleId"`
		Level     string          `json:"level"`
		Message   sarifText       `json:"message"`
		Locations []sarifLocation `json:"locations"`
	}
	sarifLocation struct {
		Physical sarifPhysical `json:"physicalLocation"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   *sarifRegion  `json:"region,omitempty"`
	}
	sarifArtifact struct {
		URI    string `json:"uri"`
		BaseID string `json:"uriBaseId,omitempty"`
	}
	sarifRegion struct {
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn"`
		EndLine     int `json:"endLine"`
		EndColumn   int `json:"endColumn"`
	}
)

func writeSARIF(w io.Writer, r finding.Report, o Options) error {
	run := sarifRun{
		Tool: sarifTool{Driver: sarifDriver{
			Name:           "chainsawctl",
			Version:        version.Version,
			InformationURI: "https://github.com/chainsaw-cni/chainsaw",
			Rules:          sarifRules(o.Rules),
		}},
		ColumnKind: "unicodeCodePoints",
		Results:    make([]sarifResult, len(r.Findings)),
	}
	for i, f := range r.Findings {
		run.Results[i] = sarifResult{
			RuleID:    f.Rule,
			Level:     f.Severity.String(), // SARIF has the same words
			Message:   sarifText{escape.Text(f.Message)},
			Locations: []sarifLocation{{sarifPlace(placeOf(f))}},
		}
	}
	return Indented(w, sarifLog{
		Schema:  "https://json.schemastore.org/sarif-2.1.0.json",
		Version: "2.1.0",
		Runs:    []sarifRun{run},
	})
}

func sarifRules(rules []Rule) []sarifRule {
	listed := make([]sarifRule, len(rules))
	for i, rule := range rules {
		listed[i] = sarifRule{
			ID:                   rule.ID,
			ShortDescription:     sarifText{rule.Summary},
			FullDescription:      sarifText{rule.Summary},
			Help:                 sarifText{rule.Help},
			DefaultConfiguration: sarifConfig{rule.Severity.String()},
		}
	}
	return listed
}

func sarifPlace(p place) sarifPhysical {
	at := sarifPhysical{Artifact: sarifArtifact{BaseID: "%SRCROOT%"}}
	uri := url.URL{Path: filepath.ToSlash(filepath.Clean(p.Path))}
	if filepath.IsAbs(p.Path) {
		uri.Scheme, at.Artifact.BaseID = "file", ""
	}
	at.Artifact.URI = uri.String()
	if p.Line > 0 {
		at.Region = &sarifRegion{p.Line, p.Column, p.EndLine, p.EndColumn}
	}
	return at
}
