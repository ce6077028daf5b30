// Package validate is `chainsawctl validate`: it brings what was read to the
// checks, on all processors, and what they found into one report, which is the
// same on every run.
//
// It reads nothing itself (package source does) and checks nothing (package
// lint does).
package validate

import (
	"context"
	"io"
	"runtime"
	"slices"
	"sync"

	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/finding"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/source"
)

// Linter is the checks.
type Linter interface {
	// Check looks at a document by itself, keeps what Finish needs of it, and
	// tells whether it is of a kind that concerns Chainsaw at all. Several
	// calls run at once, and in any order.
	Check(d source.Document) (found []finding.Finding, concerned bool)
	// Unread is the finding for what could not be read.
	Unread(err *source.Error) finding.Finding
	// Finish looks at the documents beside each other. It comes last, once.
	Finish() []finding.Finding
}

// maxFindings bounds what is kept of one file, or one piece of a long one: with
// the first thousand in order, a run without the rest is soon there.
const maxFindings = 1000

// Run validates files, folders, patterns, and stdin as "-". The error is ctx's.
func Run(ctx context.Context, paths []string, stdin io.Reader, l Linter, ignored []string) (finding.Report, error) {
	c := collector{linter: l, report: finding.Report{PassedOver: make(map[string]int)}}
	files := make(chan *source.File) // without room, so that few files are held at once
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for f := range files {
				c.file(f)
			}
		})
	}
	for f, err := range source.Read(ctx, paths, stdin) {
		if err != nil {
			c.add(err.At.File.Name, []finding.Finding{l.Unread(err)})
			continue
		}
		c.add(f.Name, nil)
		files <- f
	}
	close(files)
	workers.Wait()
	found := append(c.report.Findings, l.Finish()...)
	found = slices.DeleteFunc(found, func(f finding.Finding) bool { return slices.Contains(ignored, f.Rule) })
	c.report.Findings = finding.Sort(found)
	return c.report, ctx.Err()
}

type collector struct {
	linter Linter

	mu     sync.Mutex
	report finding.Report
}

// add keeps findings, and the name of the file if it is another one.
func (c *collector) add(name string, found []finding.Finding) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.report.Findings = append(c.report.Findings, found...)
	if n := len(c.report.Files); n == 0 || c.report.Files[n-1] != name {
		c.report.Files = append(c.report.Files, name)
	}
}

// file checks the documents of a file.
func (c *collector) file(f *source.File) {
	documents, errs := f.Documents()
	var found []finding.Finding
	for _, err := range errs {
		found = append(found, c.linter.Unread(err))
	}
	concerned, passedOver := 0, make(map[string]int)
	for _, d := range documents {
		of, concerns := c.linter.Check(d)
		if concerns {
			concerned++
		} else {
			passedOver[kind(d)]++
		}
		found = append(found, named(of, d)...)
	}
	found = finding.Sort(found)
	found = found[:min(len(found), maxFindings)]
	for i := range found {
		found[i].At = found[i].At.Alone()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.report.Findings = append(c.report.Findings, found...)
	c.report.Documents += concerned
	for k, n := range passedOver {
		c.report.PassedOver[k] += n
	}
}

func kind(d source.Document) string {
	if d.Kind == "" {
		return "without a kind"
	}
	return d.Kind
}

// named says of findings which file of a stream they are from.
func named(found []finding.Finding, d source.Document) []finding.Finding {
	for i := range found {
		if found[i].From == "" {
			found[i].From = d.Name
		}
	}
	return found
}
