// Package backlog takes out of the spool what plugins left there while nobody
// listened, and what they leave there later when chainsawd had no time.
//
// The spool's order and limits are package spool's; printing is package output's.
package backlog

import (
	"context"
	"log/slog"
	"time"

	"github.com/chainsaw-cni/chainsaw/shared/report"
	"github.com/chainsaw-cni/chainsaw/shared/spool"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawd/internal/watch"
)

const (
	// interval is how often the spool is looked into when nothing seems to land.
	interval = 10 * time.Second
	// patience is what one report may take to be printed. It is longer than a
	// plugin's: nobody waits for these.
	patience = 5 * time.Second
)

// Backlog empties a spool.
type Backlog struct {
	dir    string
	handle func(context.Context, report.Report) error
	logger *slog.Logger
	looked chan struct{}
	failed string // what was said last, so as to say it once
}

// New returns the backlog of the spool in dir. A report leaves the spool when
// handle has returned nil.
func New(dir string, handle func(context.Context, report.Report) error, logger *slog.Logger) *Backlog {
	return &Backlog{dir: dir, handle: handle, logger: logger, looked: make(chan struct{})}
}

// Looked is closed once Run has gone through what there was when it began. A
// report that waits for it comes out in order.
func (b *Backlog) Looked() <-chan struct{} { return b.looked }

// Run empties the spool, now and whenever something lands in it, until ctx ends.
func (b *Backlog) Run(ctx context.Context) error {
	b.empty(ctx)
	close(b.looked)
	w := watch.Watch{Folders: []string{b.dir}, Every: interval, Log: b.logger}
	w.Run(ctx, func() time.Duration {
		b.empty(ctx)
		return 0
	})
	return nil
}

func (b *Backlog) empty(ctx context.Context) {
	count := 0
	err := spool.Spool{Dir: b.dir}.Each(ctx, func(r report.Report) error {
		ctx, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		count++
		return b.handle(ctx, r)
	})
	if count > 0 && err == nil {
		b.logger.Info("printed what plugins had left in the spool", "reports", count)
	}
	b.say(ctx, err)
}

// say logs an error when it is new: a disk may be full for hours.
func (b *Backlog) say(ctx context.Context, err error) {
	switch {
	case ctx.Err() != nil:
	case err == nil:
		b.failed = ""
	case err.Error() != b.failed:
		b.failed = err.Error()
		b.logger.Error("reports stay in the spool for now", "error", err)
	}
}
