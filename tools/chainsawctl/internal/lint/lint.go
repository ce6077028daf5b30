// Package lint is the checks of `chainsawctl validate`. It looks at each document
// by itself, and at the end at what the documents say about each other: a pod's
// commands are judged by the networks that the pod names.
//
// The judgements are the plugins' own: their decoders read the configurations
// and annotations, and package dryrun asks their judge about the commands. This
// package finds the places, and what each finding is called (package rules).
//
// It reads no files and prints nothing.
package lint

import (
	"fmt"

	"github.com/chainsaw-cni/chainsaw/shared/nodepolicy"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/finding"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/lint/rules"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/source"
)

// Linter is a run of the checks. Its zero value is ready.
type Linter struct {
	Policy   *nodepolicy.Policy // nil caps nothing
	Complete bool               // every net-attach-def is among the documents

	comments comments
	digest   digest
}

// Check looks at a document by itself, keeps what [Linter.Finish] needs of it,
// and tells whether it is of a kind that concerns Chainsaw at all. Several calls
// may run at once, and in any order.
func (l *Linter) Check(d source.Document) (found []finding.Finding, concerned bool) {
	if d.Root == nil {
		return nil, false
	}
	c := check{Linter: l, file: d.File, from: d.Name}
	concerned = c.document(d)
	return l.comments.sift(d.File, c.found), concerned
}

// problems are the rules of what could not be read.
var problems = map[source.Problem]string{
	source.Unreadable:   unreadable,
	source.TooLarge:     tooLarge,
	source.Syntax:       syntax,
	source.DuplicateKey: duplicateKey,
	source.NotFollowed:  notFollowed,
}

// Unread is the finding for what could not be read.
func (l *Linter) Unread(err *source.Error) finding.Finding {
	return newFinding(problems[err.Problem], err.At, err.Error())
}

func newFinding(id string, at source.Span, message string) finding.Finding {
	r, err := rules.Find(id)
	if err != nil {
		panic(err) // a test compares the ids with the catalogue
	}
	return finding.Finding{Rule: id, Severity: r.Severity, Message: message, At: at}
}

// check is the look at one document, or at one pod and its networks.
type check struct {
	*Linter
	file  *source.File
	from  string // the file that the document was made from
	found []finding.Finding
}

func (c *check) add(id string, at source.Span, format string, args ...any) {
	f := newFinding(id, at, fmt.Sprintf(format, args...))
	f.From = c.from
	c.found = append(c.found, f)
}

// fail is add for what is no warning, as it otherwise is, but an error here.
func (c *check) fail(id string, at source.Span, format string, args ...any) {
	c.add(id, at, format, args...)
	c.found[len(c.found)-1].Severity = finding.Error
}

func (c *check) document(d source.Document) (concerned bool) {
	if d.Kind == "NetworkAttachmentDefinition" {
		c.definition(d.Root)
		return true
	}
	if template := podTemplate(d); template != nil {
		c.workload(d, template)
		return true
	}
	return c.policy(d) || d.Kind == "" && c.raw(d)
}
