package policyfile

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chainsaw-cni/chainsaw/shared/rootowned/rootownedtest"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawd/internal/nodetest"
)

const (
	filter  = `{"caps": [{"namespaces": ["*"], "variant": "chainsaw-filter"}]}`
	inspect = `{"caps": [{"namespaces": ["*"], "variant": "chainsaw-inspect"}]}`
	broken  = `{"caps": [{"namespaces": ["*"], "variant": "chainsaw-filtre"}]}`
	none    = "" // no file
)

// configMap plays the kubelet, which swaps a link to the folder of a version.
type configMap struct {
	dir      string
	versions int
}

func (c *configMap) set(t *testing.T, policy string) {
	t.Helper()
	c.versions++
	version := filepath.Join(c.dir, "..version"+strings.Repeat("x", c.versions))
	steps := []func() error{
		func() error { return os.Mkdir(version, 0o755) },
		func() error {
			if policy == none {
				return nil
			}
			return os.WriteFile(filepath.Join(version, "policy.json"), []byte(policy), 0o644)
		},
		func() error { return os.Symlink(filepath.Base(version), filepath.Join(c.dir, "..data_tmp")) },
		func() error { return os.Rename(filepath.Join(c.dir, "..data_tmp"), filepath.Join(c.dir, "..data")) },
	}
	for _, step := range steps {
		if err := step(); err != nil {
			t.Fatal(err)
		}
	}
	_ = os.Symlink("..data/policy.json", c.source()) // may be there
}

func (c *configMap) source() string { return filepath.Join(c.dir, "policy.json") }

// newKeeper's node has a policy, or none.
func newKeeper(t *testing.T, node string) (*Keeper, *configMap, *bytes.Buffer) {
	t.Helper()
	c, log := &configMap{dir: t.TempDir()}, &bytes.Buffer{}
	k := &Keeper{
		Source: c.source(),
		Target: filepath.Join(rootownedtest.Folder(t), "lib", "policy.json"),
		Own:    filepath.Join(rootownedtest.Folder(t), "etc", "policy.json"),
		Log:    slog.New(slog.NewTextHandler(log, nil)),
	}
	write(t, k.Target, node)
	return k, c, log
}

// write puts a policy, if it is one, into a new folder.
func write(t *testing.T, path, policy string) {
	t.Helper()
	if policy == none {
		return
	}
	if err := errors.Join(os.Mkdir(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(policy), 0o600)); err != nil {
		t.Fatal(err)
	}
}

func wantTarget(t *testing.T, k *Keeper, want string) {
	t.Helper()
	if got, _ := os.ReadFile(k.Target); string(got) != want {
		t.Errorf("the node has %q: want %q", got, want)
	}
}

func TestApply(t *testing.T) {
	tests := []struct {
		name            string
		configMap, node string
		state           State
		after           string
		fails           bool
		says            string
	}{
		{"writes the first policy", filter, none, Applied, filter, false, "level=INFO"},
		{"replaces the last one", filter, inspect, Applied, filter, false, "level=INFO"},
		{"replaces what a plugin would refuse", filter, broken, Applied, filter, false, "level=INFO"},
		{"keeps the last good one despite a broken one", broken, inspect, Kept, inspect, false, "chainsaw-filtre"},
		{"keeps the last good one despite one that is too large", filter + strings.Repeat(" ", maxSize), inspect, Kept, inspect, false, "1 MiB"},
		{"keeps the last good one when the ConfigMap is gone", none, inspect, Kept, inspect, false, "level=WARN"},
		{"says that there is none", none, none, Absent, none, false, "nothing is capped"},
		{"does not take a broken one for none", broken, none, Broken, none, true, "level=ERROR"},
		{"says that the node's is broken", none, broken, Broken, broken, true, "level=ERROR"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			k, c, log := newKeeper(t, tt.node)
			c.set(t, tt.configMap)
			var observed State
			k.Observe = func(s State) { observed = s }
			state, err := k.Apply()
			if state != tt.state || observed != tt.state || (err != nil) != tt.fails {
				t.Errorf("%s, observed %s, %v: want %s", state, observed, err, tt.state)
			}
			wantTarget(t, k, tt.after)
			if !strings.Contains(log.String(), tt.says) {
				t.Errorf("the log does not say %q: %s", tt.says, log)
			}
		})
	}
}

func TestApplyWithTheAdministratorsOwn(t *testing.T) {
	tests := []struct {
		name                 string
		own, configMap, node string
		state                State
		after                string
		fails                bool
		says                 string
	}{
		{"says that it is the only one", inspect, none, none, Own, none, false, "level=INFO"},
		{"warns that the ConfigMap's is not in force", inspect, filter, none, Overridden, filter, false, "level=WARN"},
		{"warns that the last good one is not in force", inspect, none, filter, Overridden, filter, false, "level=WARN"},
		{"is capped although the ConfigMap's is broken", inspect, broken, none, Overridden, none, false, "chainsaw-filtre"},
		{"fails when it is broken, for so do the plugins", broken, filter, none, Broken, filter, true, "level=ERROR"},
		{"fails when there is no other either", broken, none, none, Broken, none, true, "level=ERROR"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			k, c, log := newKeeper(t, tt.node)
			write(t, k.Own, tt.own)
			c.set(t, tt.configMap)
			state, err := k.Apply()
			if state != tt.state || (err != nil) != tt.fails {
				t.Errorf("%s, %v: want %s", state, err, tt.state)
			}
			wantTarget(t, k, tt.after)
			if got, err := os.ReadFile(k.Own); string(got) != tt.own || err != nil {
				t.Errorf("the administrator's own is %q, %v", got, err)
			}
			if !strings.Contains(log.String(), tt.says) || !strings.Contains(log.String(), k.Own) {
				t.Errorf("the log does not say %q of %s: %s", tt.says, k.Own, log)
			}
		})
	}
}

func TestApplyRepeatsNothingInLog(t *testing.T) {
	k, c, log := newKeeper(t, inspect)
	c.set(t, broken)
	for range 3 {
		if _, err := k.Apply(); err != nil {
			t.Fatal(err)
		}
	}
	if n := strings.Count(log.String(), "\n"); n != 1 {
		t.Errorf("%d lines: want one\n%s", n, log)
	}
}

func TestFileIsRootsAlone(t *testing.T) {
	k, c, _ := newKeeper(t, none)
	c.set(t, filter)
	if _, err := k.Apply(); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(k.Target); err != nil || info.Mode() != 0o600 {
		t.Errorf("%v, %v: want 0600", info.Mode(), err)
	}
}

func TestReadOnlyNodeIsError(t *testing.T) {
	if !nodetest.Alone(t) {
		return
	}
	k, c, _ := newKeeper(t, inspect)
	nodetest.ReadOnly(t, filepath.Dir(k.Target))
	c.set(t, inspect)
	if state, err := k.Apply(); state != Applied || err != nil {
		t.Errorf("%s, %v: what is there needs no writing", state, err)
	}
	c.set(t, filter)
	if state, err := k.Apply(); state != Broken || err == nil {
		t.Errorf("%s, %v: want an error", state, err)
	}
	wantTarget(t, k, inspect)
}

func TestRunFollowsConfigMapAndPutsFileBack(t *testing.T) {
	k, c, _ := newKeeper(t, none)
	c.set(t, filter)
	if err := os.Mkdir(filepath.Dir(k.Own), 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := k.Apply(); err != nil {
		t.Fatal(err)
	}
	states := make(chan State, 100)
	k.Observe = func(s State) { states <- s }
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- k.Run(ctx) }()

	until := func(want State, change func()) {
		t.Helper()
		tick := time.NewTicker(300 * time.Millisecond) // until Run has begun to watch
		defer tick.Stop()
		for range 30 {
			change()
			select {
			case got := <-states:
				if got == want {
					return
				}
			case <-tick.C:
			}
		}
		t.Fatalf("nobody said %s", want)
	}
	until(Kept, func() { c.set(t, broken) })
	wantTarget(t, k, filter)
	until(Applied, func() { c.set(t, inspect) })
	wantTarget(t, k, inspect)
	for len(states) > 0 {
		<-states
	}
	until(Applied, func() { _ = os.Remove(k.Target) })
	until(Overridden, func() { _ = os.WriteFile(k.Own, []byte(filter), 0o600) })
	until(Applied, func() { _ = os.Remove(k.Own) })
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if _, err := k.Apply(); err != nil {
		t.Error(err)
	}
	wantTarget(t, k, inspect)
}

func TestFileThatPluginsWouldNotTrustIsWrittenAnew(t *testing.T) {
	k, c, _ := newKeeper(t, filter)
	c.set(t, filter)
	if err := os.Chmod(k.Target, 0o666); err != nil {
		t.Fatal(err)
	}
	if state, err := k.Apply(); state != Applied || err != nil {
		t.Errorf("%s, %v", state, err)
	}
}
