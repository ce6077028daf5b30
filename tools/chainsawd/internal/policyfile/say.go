package policyfile

import (
	"context"
	"log/slog"
)

// finding is what one look found.
type finding struct {
	state State
	why   string // the ConfigMap's policy is not the one in force
	err   error
}

// say logs a finding that is not the last one's.
func (k *Keeper) say(f finding) {
	level, text, file := slog.LevelInfo, "the node's policy is the ConfigMap's", k.Target
	switch f.state {
	case Applied:
	case Own:
		text, file = "the node's policy is the administrator's own", k.Own
	case Overridden:
		level, text, file = slog.LevelWarn, "the administrator's own policy is in force, and not the ConfigMap's: remove the file if it should be", k.Own
	case Kept:
		level, text = slog.LevelWarn, "the last good policy of the node stays in force"
	case Absent:
		text = "the node has no policy: nothing is capped"
	case Broken:
		level, text = slog.LevelError, "the node's policy is not what it should be"
	}
	args := []any{"file", file, "configmap", k.Source}
	if f.why != "" {
		args = append(args, "why", f.why)
	}
	if f.err != nil {
		args = append(args, "error", f.err)
	}
	if said := f.text(); said != k.said {
		k.said = said
		k.Log.Log(context.Background(), level, text, args...)
	}
}

func (f finding) text() string {
	if f.err == nil {
		return string(f.state) + f.why
	}
	return string(f.state) + f.why + f.err.Error()
}
