// Package status says whether chainsawd lives and is ready: what the kubelet's
// probes ask. Those who do the work put it on the board; nobody asks the API
// server, since a chainsawd without one is as ready as it can be.
package status

import (
	"errors"
	"fmt"
	"sync"
)

// Part is something without which chainsawd is not ready.
type Part string

// The parts.
const (
	Lock    Part = "lock"
	Policy  Part = "policy"
	Install Part = "install"
	Socket  Part = "socket"
)

var parts = []Part{Lock, Policy, Install, Socket}

var (
	errNotYet  = errors.New("not yet")
	errWaiting = errors.New("waiting for another chainsawd of this node to end")
)

// Board is what is known of the parts. The zero value is that of a chainsawd
// that has just started.
type Board struct {
	mu      sync.Mutex
	known   map[Part]error
	waiting bool
}

// Set notes a part: nil if it is in order.
func (b *Board) Set(part Part, problem error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.known == nil {
		b.known = make(map[Part]error)
	}
	b.known[part] = problem
	b.waiting = false
}

// Wait notes that the node belongs to another chainsawd for now.
func (b *Board) Wait() {
	b.Set(Lock, errWaiting)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.waiting = true
}

// Ready is nil if all is in order, or if nothing is left but to wait: the
// controller of a DaemonSet ends the predecessor when the successor is ready,
// and not before.
func (b *Board) Ready() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.waiting {
		return nil
	}
	var problems []error
	for _, part := range parts {
		if problem := b.problem(part); problem != nil {
			problems = append(problems, fmt.Errorf("%s: %w", part, problem))
		}
	}
	return errors.Join(problems...)
}

func (b *Board) problem(part Part) error {
	problem, known := b.known[part]
	if !known {
		return errNotYet
	}
	return problem
}

// Owns reports whether the node is this chainsawd's.
func (b *Board) Owns() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.problem(Lock) == nil
}

// String is the board, a line for each part.
func (b *Board) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	var text []byte
	for _, part := range parts {
		state := "in order"
		if problem := b.problem(part); problem != nil {
			state = problem.Error()
		}
		text = fmt.Appendf(text, "%s: %s\n", part, state)
	}
	return string(text)
}
