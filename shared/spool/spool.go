// Package spool keeps reports while chainsawd is away. The plugins put them in,
// chainsawd takes them out when it is back: oldest first, each delivered at
// least once.
//
// It is no log: what does not fit is dropped, counted, and said with the next
// report that is taken out. Nothing is fsynced, since no ADD should wait for a
// disk; a file that a power cut left torn is dropped like one that did not fit.
//
// The folder is flat. A file is named
//
//	<number>-<hash of the pod>-<hash of what happened>-<random>.json
//
// so that a listing tells the order, each pod's share, and which report a new
// one repeats, without opening a file and without a word that a pod chose.
package spool

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/chainsaw-cni/chainsaw/shared/report"
)

// Dir is where the node's spool is.
const Dir = "/var/lib/chainsaw/spool"

// Patience bounds how long one may wait for the others. An ADD must not hang
// because of a report.
const Patience = 500 * time.Millisecond

// Spool is a folder of reports. The zero value is the node's.
type Spool struct {
	Dir string // Dir by default

	// Tests make it small, and have time.
	maxBytes int64
	maxFiles int
	patience time.Duration
}

// What a spool holds at most; a pod's share is an eighth of either. Every Put
// lists the folder, so the number of files is what a waiting ADD pays for.
const (
	defaultMaxBytes = 64 << 20
	defaultMaxFiles = 1024
	shares          = 8
)

func (s Spool) withDefaults() Spool {
	s.Dir = cmp.Or(s.Dir, Dir)
	s.maxBytes = cmp.Or(s.maxBytes, defaultMaxBytes)
	s.maxFiles = cmp.Or(s.maxFiles, defaultMaxFiles)
	s.patience = cmp.Or(s.patience, Patience)
	return s
}

// Put keeps a report. One that repeats an earlier one of the same pod (a runtime
// retries an ADD that failed, for hours) takes its place and counts it.
func (s Spool) Put(ctx context.Context, r report.Report) error {
	return s.keep(ctx, r, eventHash(r))
}

// PutAlone keeps a report that chainsawd may have got nevertheless. It goes into
// no other one, so that chainsawd knows it again.
func (s Spool) PutAlone(ctx context.Context, r report.Report) error {
	return s.keep(ctx, r, alone)
}

func (s Spool) keep(ctx context.Context, r report.Report, event string) error {
	s = s.withDefaults()
	f, err := s.open()
	if err != nil {
		return fmt.Errorf("keeping a report: %w", err)
	}
	defer f.close()
	err = f.locked(ctx, func() error { return s.put(f, r, event) })
	if err != nil {
		return fmt.Errorf("keeping a report in %s: %w", s.Dir, err)
	}
	return nil
}

func (s Spool) put(f *folder, r report.Report, event string) error {
	entries, strays, err := f.list()
	if err != nil {
		return err
	}
	lost := f.loadLost()
	lost.addStrays(strays)
	e := entry{number: next(entries), pod: podHash(r), event: event}
	earlier, others := e.split(entries)
	r.Repeats += f.attempts(earlier)
	body, err := encode(r)
	if err != nil {
		return err
	}
	dropped := s.makeRoom(others, e.pod, int64(len(body)))
	f.remove(dropped...)
	lost.add(dropped...)
	if err = f.write(e, body); err == nil {
		f.remove(earlier...)
	} else {
		lost.add(e)
	}
	// Even if the disk was full: what the report took of it is free again.
	return errors.Join(err, f.storeLost(lost))
}

// attempts is how many a set of equal reports stands for.
func (f *folder) attempts(earlier []entry) (n int) {
	for _, e := range earlier {
		if r, err := f.read(e); err == nil {
			n += r.Repeats + 1
		}
	}
	return n
}

// encode refuses what nobody would read: a drainer removes larger files.
func encode(r report.Report) ([]byte, error) {
	var body bytes.Buffer
	if err := r.WriteJSON(&body); err != nil {
		return nil, err
	}
	if body.Len() > report.MaxBytes {
		return nil, fmt.Errorf("it has %d bytes, more than %d", body.Len(), report.MaxBytes)
	}
	return body.Bytes(), nil
}
