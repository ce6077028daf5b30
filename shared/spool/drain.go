package spool

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/chainsaw-cni/chainsaw/shared/report"
)

// Each hands every report to handle, oldest first, and removes it once handle
// has returned nil. It stops at the first error.
//
// A report comes again, with the same ID, if it was handled but not removed
// (chainsawd was killed in between). One that is repeated while it is handled is
// no part of the later one.
func (s Spool) Each(ctx context.Context, handle func(report.Report) error) error {
	s = s.withDefaults()
	f, err := s.open()
	if err != nil {
		return fmt.Errorf("emptying the spool: %w", err)
	}
	defer f.close()
	entries, err := f.sweep(ctx)
	for _, e := range entries {
		if err == nil {
			err = f.deliver(ctx, e, handle)
		}
	}
	if err != nil {
		return fmt.Errorf("emptying the spool in %s: %w", s.Dir, err)
	}
	return nil
}

// sweep lists the reports and puts the losses in order.
func (f *folder) sweep(ctx context.Context) (entries []entry, err error) {
	err = f.locked(ctx, func() error {
		var strays int
		entries, strays, err = f.list()
		if err != nil {
			return err
		}
		lost := f.loadLost()
		lost.addStrays(strays)
		lost.forgetAllBut(entries)
		return f.storeLost(lost)
	})
	return entries, err
}

// deliver works without the lock, except to take the report and to settle the
// losses: printing a report must not make an ADD wait.
func (f *folder) deliver(ctx context.Context, e entry, handle func(report.Report) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	e, err := f.take(ctx, e)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // repeated or dropped since it was listed
	}
	if err != nil {
		return err
	}
	r, err := f.read(e)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil // dropped
	case errors.Is(err, errTorn):
		f.remove(e)
		return f.settle(ctx, func(l *losses) { l.add(e) })
	case err != nil:
		return err
	}
	lost := f.loadLost()
	r.Lost = lost.of(e.pod)
	if err := handle(r); err != nil {
		return err
	}
	f.remove(e)
	if r.Lost == (report.Lost{}) {
		return nil
	}
	return f.settle(ctx, func(l *losses) { l.said(e.pod, r.Lost) })
}

// take keeps later reports from taking this one in, which would be counted
// twice: by itself, and by what stands for it.
func (f *folder) take(ctx context.Context, e entry) (entry, error) {
	if e.event == alone {
		return e, nil
	}
	taken := e
	taken.event = alone
	taken.name = taken.fileName(random())
	err := f.locked(ctx, func() error { return f.root.Rename(e.name, taken.name) })
	return taken, err
}

func (f *folder) settle(ctx context.Context, change func(*losses)) error {
	return f.locked(ctx, func() error {
		lost := f.loadLost()
		change(&lost)
		return f.storeLost(lost)
	})
}
