package output

import (
	"bytes"
	"io"
	"sync/atomic"
	"time"
)

// Log is where chainsawd's own log goes. Whoever logs never waits for those who
// should read: what does not fit is dropped, and counted.
type Log struct {
	lines   chan []byte // nil is the last
	dropped atomic.Int64
	ended   chan struct{}
}

const (
	// linesKept are some hundred KiB, beside what a pipe holds.
	linesKept = 1024
	// parting is how long the end of chainsawd waits for its last words.
	parting = 200 * time.Millisecond
)

// NewLog returns a log that is written to out. When lines were dropped, it calls
// lost with their number before it writes the next one.
func NewLog(out io.Writer, lost func(int64)) *Log {
	l := &Log{lines: make(chan []byte, linesKept), ended: make(chan struct{})}
	go l.run(out, lost)
	return l
}

func (l *Log) run(out io.Writer, lost func(int64)) {
	defer close(l.ended)
	for line := range l.lines {
		if n := l.dropped.Swap(0); n > 0 {
			lost(n)
		}
		if line == nil {
			return
		}
		_, _ = out.Write(line) // there is no other place to say that this one is broken
	}
}

// Write takes one line. It never fails.
func (l *Log) Write(line []byte) (int, error) {
	select {
	case l.lines <- bytes.Clone(line):
	default:
		l.dropped.Add(1)
	}
	return len(line), nil
}

// Close waits, but not for long, until all is written. What is logged later is
// lost.
func (l *Log) Close() {
	late := time.After(parting)
	select {
	case l.lines <- nil:
	case <-late:
		return
	}
	select {
	case <-l.ended:
	case <-late:
	}
}
