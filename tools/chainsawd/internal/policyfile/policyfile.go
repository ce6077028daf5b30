// Package policyfile keeps chainsawd's file of the node's policy as a ConfigMap
// says, which the kubelet shows as a folder. What the plugins would not accept
// never gets to the node: then the last good policy stays in force, as it does
// when the ConfigMap is gone. Only a person removes a policy.
//
// The administrator's own policy is not touched. The plugins prefer it, and so
// this package says when the ConfigMap's is not what binds them.
//
// What a policy means is package nodepolicy's.
package policyfile

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/chainsaw-cni/chainsaw/shared/nodepolicy"
	"github.com/chainsaw-cni/chainsaw/shared/rootowned"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawd/internal/atomicfile"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawd/internal/watch"
)

// State is what is in force on the node. The values are those of a metric.
type State string

// What Apply and Run find.
const (
	Applied    State = "applied"    // what the ConfigMap says
	Kept       State = "kept"       // the last good one: the ConfigMap has none, or a broken one
	Own        State = "own"        // the administrator's own, and there is no other
	Overridden State = "overridden" // the administrator's own, and so not chainsawd's
	Absent     State = "absent"     // no cap: there is no policy anywhere
	Broken     State = "broken"     // nothing that could be relied on
)

// States lists them all.
func States() []State { return []State{Applied, Kept, Own, Overridden, Absent, Broken} }

// Keeper keeps the file.
type Keeper struct {
	Source  string // the ConfigMap's file, such as /etc/chainsawd/policy/policy.json
	Target  string // nodepolicy.DaemonPath
	Own     string // nodepolicy.AdminPath, where it can be seen
	Log     *slog.Logger
	Observe func(State) // called after every look; may be nil

	said string
}

// every is how long a change may go unheard.
const every = time.Minute

// Apply looks once. No plugin may be installed before it has succeeded: an
// error means that the policy which somebody meant to be there is not in force.
func (k *Keeper) Apply() (State, error) {
	f := k.look()
	k.say(f)
	if k.Observe != nil {
		k.Observe(f.state)
	}
	return f.state, f.err
}

// Run looks again whenever the ConfigMap or one of the node's files changes, until
// ctx ends. It is for after Apply.
func (k *Keeper) Run(ctx context.Context) error {
	w := watch.Watch{Folders: []string{filepath.Dir(k.Source), filepath.Dir(k.Target)}, Every: every, Log: k.Log}
	if own := filepath.Dir(k.Own); rootowned.Dir(own) == nil { // few nodes have one
		w.Folders = append(w.Folders, own)
	}
	w.Run(ctx, func() time.Duration {
		_, _ = k.Apply() // it has said so
		return 0
	})
	return nil
}

// look brings chainsawd's file in line, also while the administrator's own is in
// force: it may be gone tomorrow.
func (k *Keeper) look() finding {
	f := k.follow()
	own, err := nodepolicy.Load(k.Own)
	switch {
	case err != nil:
		return finding{Broken, f.why, err}
	case own == nil:
		return f
	case f.state == Absent:
		return finding{state: Own}
	case f.err != nil:
		f.why = cmp.Or(f.why, f.err.Error())
	}
	return finding{state: Overridden, why: f.why}
}

// follow makes chainsawd's file what the ConfigMap says.
func (k *Keeper) follow() finding {
	wanted, err := read(k.Source)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return k.keep("the ConfigMap has no policy")
	case err != nil:
		return k.keepDespite(err)
	}
	if err := k.put(wanted); err != nil {
		return finding{state: Broken, err: err}
	}
	return finding{state: Applied}
}

// keep leaves chainsawd's file, if there is one, as it is.
func (k *Keeper) keep(why string) finding {
	policy, err := nodepolicy.Load(k.Target)
	switch {
	case err != nil:
		return finding{Broken, why, err}
	case policy == nil:
		return finding{state: Absent}
	}
	return finding{state: Kept, why: why}
}

// keepDespite is for a policy that nobody could obey. Somebody wants caps: to
// have none is not what is to be kept.
func (k *Keeper) keepDespite(broken error) finding {
	why := fmt.Sprintf("the ConfigMap's policy is not valid: %v", broken)
	f := k.keep(why)
	if f.state == Absent {
		return finding{Broken, why, errors.New("the node has no earlier policy to fall back on: correct the ConfigMap")}
	}
	return f
}

// put writes the file if it is not there already as plugins will take it.
func (k *Keeper) put(doc []byte) error {
	if err := os.MkdirAll(filepath.Dir(k.Target), 0o755); err != nil {
		return fmt.Errorf("making the folder of the node's policy: %w", err)
	}
	if err := atomicfile.Sweep(k.Target); err != nil {
		return err
	}
	there, err := os.ReadFile(k.Target)
	if err == nil && bytes.Equal(there, doc) {
		if _, err := nodepolicy.Load(k.Target); err == nil {
			return nil
		}
	}
	if err := atomicfile.Write(k.Target, 0o600, bytes.NewReader(doc)); err != nil {
		return err
	}
	_, err = nodepolicy.Load(k.Target)
	return err
}

// maxSize is more than a ConfigMap can hold, and as much as a plugin reads.
const maxSize = 1 << 20

func read(file string) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	doc, err := io.ReadAll(io.LimitReader(f, maxSize+1))
	if err != nil {
		return nil, err
	}
	if len(doc) > maxSize {
		return nil, errors.New("it is larger than 1 MiB")
	}
	if _, err := nodepolicy.Decode(doc); err != nil {
		return nil, err
	}
	return doc, nil
}
