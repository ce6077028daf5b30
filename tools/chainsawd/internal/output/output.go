// Package output prints reports on the daemon's standard output: each whole,
// each once, and none at the price of a plugin that waits. Its log is no reason
// to wait either.
//
// How a report looks is package report's matter; where reports come from is the
// caller's.
package output

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/chainsaw-cni/chainsaw/shared/report"
)

// Format is how a report is printed.
type Format func(r report.Report, w io.Writer) error

// The formats: for people, and a line of JSON for each report.
var (
	Text Format = report.Report.WriteText
	JSON Format = report.Report.WriteJSON
)

// ErrStuck says that whoever should read the output does not: the report was
// not printed in time, and may be yet.
var ErrStuck = errors.New("the output of chainsawd is not being read")

// maxWaiting bounds the reports that wait to be printed. Each holds one of the
// socket's places, and look-ups need some too.
const maxWaiting = 32

// Printer prints reports. Its methods may be called concurrently.
type Printer struct {
	out     lines
	format  Format
	waiting chan struct{}
	turn    chan struct{} // who has put something in may write, and has the seen
	seen    seen

	printed func(report.Report)
	telling sync.Mutex
	told    seen
}

// New returns a printer. It tells printed of each report, once, when it is out
// and somebody has heard so: one of which nobody has comes again, by itself or
// as a part of another.
func New(out io.Writer, format Format, printed func(report.Report)) *Printer {
	return &Printer{
		out:     lines{out: out},
		format:  format,
		printed: printed,
		waiting: make(chan struct{}, maxWaiting),
		turn:    make(chan struct{}, 1),
	}
}

// Print returns nil once the report is out, now or earlier. It waits until ctx
// ends, unless too many wait already.
func (p *Printer) Print(ctx context.Context, r report.Report) error {
	select {
	case p.waiting <- struct{}{}:
		defer func() { <-p.waiting }()
	default:
		return fmt.Errorf("printing a report: %w: %d wait already", ErrStuck, maxWaiting)
	}
	select {
	case p.turn <- struct{}{}:
	case <-ctx.Done():
		return fmt.Errorf("printing a report: %w: %w", ErrStuck, ctx.Err())
	}
	// A pipe that nobody empties blocks its writer for ever: let it be this one.
	written := make(chan error)
	go func() {
		defer func() { <-p.turn }()
		select {
		case written <- p.print(r):
		case <-ctx.Done():
		}
	}()
	select {
	case err := <-written:
		if err == nil {
			p.tell(r)
		}
		return err
	case <-ctx.Done():
		return fmt.Errorf("printing a report: %w: %w", ErrStuck, ctx.Err())
	}
}

func (p *Printer) print(r report.Report) error {
	if p.seen.has(r.ID) {
		return nil
	}
	if err := p.format(r, &p.out); err != nil {
		return fmt.Errorf("printing a report: %w", err)
	}
	p.seen.add(r.ID)
	return nil
}

func (p *Printer) tell(r report.Report) {
	p.telling.Lock()
	defer p.telling.Unlock()
	if p.told.has(r.ID) {
		return
	}
	p.told.add(r.ID)
	p.printed(r)
}

// lines begins a new line after a write that ended half-way, so that what comes
// next does not hang on what was torn.
type lines struct {
	out  io.Writer
	torn bool
}

func (l *lines) Write(text []byte) (int, error) {
	if l.torn {
		if _, err := l.out.Write([]byte("\n")); err != nil {
			return 0, err
		}
	}
	n, err := l.out.Write(text)
	l.torn = err != nil && (n > 0 || l.torn)
	return n, err
}
