package format

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"io"

	"github.com/chainsaw-cni/chainsaw/shared/escape"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/finding"
)

// A test case of JUnit is a file, and fails by its findings. A warning that
// fails nothing stands in the case's output.
type (
	junitSuites struct {
		XMLName xml.Name   `xml:"testsuites"`
		Suite   junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Errors   int         `xml:"errors,attr"`
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Name     string         `xml:"name,attr"`
		Class    string         `xml:"classname,attr"`
		Failures []junitFailure `xml:"failure"`
		Out      string         `xml:"system-out,omitempty"`
	}
	junitFailure struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr"`
		Text    string `xml:",chardata"`
	}
)

func writeJUnit(w io.Writer, r finding.Report, o Options) error {
	suite := junitSuite{Name: "chainsawctl validate"}
	byName := make(map[string]int)
	caseOf := func(file string) *junitCase {
		i, there := byName[file]
		if !there {
			i = len(suite.Cases)
			byName[file] = i
			suite.Cases = append(suite.Cases, junitCase{Name: escape.Text(file), Class: "chainsawctl"})
		}
		return &suite.Cases[i]
	}
	for _, file := range r.Files {
		caseOf(file)
	}
	for _, f := range r.Findings {
		caseOf(f.At.File.Name).add(f, o.Strict)
	}
	suite.Tests = len(suite.Cases)
	for _, c := range suite.Cases {
		suite.Failures += min(len(c.Failures), 1)
	}
	return writeXML(w, junitSuites{Suite: suite})
}

func (c *junitCase) add(f finding.Finding, strict bool) {
	text := fmt.Sprintf("%s: %s: %s [%s]", placeOf(f), f.Severity, escape.Text(f.Message), f.Rule)
	if f.Severity == finding.Error || strict {
		c.Failures = append(c.Failures, junitFailure{escape.Text(f.Message), f.Rule, text})
		return
	}
	c.Out += text + "\n"
}

func writeXML(w io.Writer, value any) error {
	text, err := xml.MarshalIndent(value, "", "  ")
	_, writeErr := fmt.Fprintf(w, "%s%s\n", xml.Header, text)
	return cmp.Or(err, writeErr)
}
