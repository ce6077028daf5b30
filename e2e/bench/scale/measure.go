package main

import (
	"context"
	"fmt"
	"time"

	"github.com/chainsaw-cni/chainsaw/shared/pod"
)

// measurement is the state of things between the acts.
type measurement struct {
	filled, livedAlone snapshot // pods are there; others have come and gone, before any chainsawd
	started, rested    snapshot // chainsawds have started; a minute has gone by
	asked, lived       snapshot // each pod was looked up; others have come and gone again
}

func measure(ctx context.Context, s size, c *cluster, f *fleet) (*measurement, error) {
	var pods [][]pod.Ref
	m := new(measurement)
	for _, act := range []struct {
		name  string
		do    func() error
		after *snapshot
	}{
		{"making nodes", func() error { return f.furnish(ctx, c, s.nodes) }, &m.filled},
		{"making pods", func() (err error) { pods, err = c.fill(ctx, s); return err }, &m.filled},
		{"letting pods come and go", func() error { return c.live(ctx, s) }, &m.livedAlone},
		{"starting chainsawds", func() error { return f.start(ctx, c) }, &m.started},
		{"resting", func() error { return rest(ctx) }, &m.rested},
		{"looking pods up", func() error { return f.lookUp(ctx, pods) }, &m.asked},
		{"letting pods come and go", func() error { return c.live(ctx, s) }, &m.lived},
	} {
		err := act.do()
		if err == nil {
			*act.after, err = take(ctx, c, f)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", act.name, err)
		}
	}
	return m, nil
}

func rest(ctx context.Context) error {
	select {
	case <-time.After(time.Minute):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// snapshot is all that is counted, at one moment.
type snapshot struct {
	at       time.Time
	server   figures
	daemons  figures // the sums of all
	down, up int64   // bytes to the chainsawds and from them
}

// take waits until everything under way has arrived.
func take(ctx context.Context, c *cluster, f *fleet) (s snapshot, err error) {
	if err := f.way.settle(ctx); err != nil {
		return s, err
	}
	s.at, s.down, s.up = time.Now(), f.way.down.Load(), f.way.up.Load()
	if s.server, err = c.figures(ctx); err != nil {
		return s, err
	}
	s.daemons, err = f.figures(ctx)
	return s, err
}
