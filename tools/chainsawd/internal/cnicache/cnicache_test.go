package cnicache

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var ours = []string{"chainsaw", "chainsaw-filter"}

func TestLive(t *testing.T) {
	results, missing := t.TempDir(), filepath.Join(t.TempDir(), "missing")
	entries := map[string]string{
		"chain":      `{"kind":"cniCacheV1","config":"eyJuYW1lIjoibiIsInBsdWdpbnMiOlt7InR5cGUiOiJicmlkZ2UifSx7InR5cGUiOiJjaGFpbnNhdyJ9XX0="}`,
		"of-a-pod":   `{"kind":"cniCacheV1","ifName":"net1","cniArgs":[["IgnoreUnknown","1"],["K8S_POD_NAMESPACE","apps"],["K8S_POD_NAME","web-0"]],"config":"eyJ0eXBlIjoiY2hhaW5zYXctZmlsdGVyIn0="}`,
		"one-plugin": `{"kind":"cniCacheV1","config":"eyJ0eXBlIjoiY2hhaW5zYXctZmlsdGVyIn0="}`,
		"others":     `{"kind":"cniCacheV1","config":"eyJ0eXBlIjoiYnJpZGdlIiwibmFtZSI6ImNoYWluc2F3In0="}`,
		"torn":       `{"kind":"cniCa`,
		"empty":      ``,
		"result":     `{"cniVersion":"0.3.1"}`,
	}
	for name, text := range entries {
		if err := os.WriteFile(filepath.Join(results, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	live, err := Live([]string{missing, results}, ours)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{filepath.Join(results, "chain"), "net1 of pod apps/web-0", filepath.Join(results, "one-plugin")}
	if !slices.Equal(live, want) {
		t.Errorf("%q: want %q", live, want)
	}
}

// TestLiveSeesThroughBallast is about a net-attach-def as large as etcd takes it,
// whose pods could not be deleted any more.
func TestLiveSeesThroughBallast(t *testing.T) {
	folder := t.TempDir()
	config := `{"x": "` + strings.Repeat("x", 3<<19) + `", "plugins": [{"type": "chainsaw"}]}`
	entry, err := json.Marshal(map[string][]byte{"config": []byte(config)})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "large"), entry, 0o600); err != nil {
		t.Fatal(err)
	}
	if live, err := Live([]string{folder}, ours); err != nil || len(live) != 1 {
		t.Errorf("%q, %v", live, err)
	}
}

func TestLiveNeedsOneFolder(t *testing.T) {
	if _, err := Live([]string{filepath.Join(t.TempDir(), "missing")}, ours); err == nil {
		t.Error("without any folder nothing is known")
	}
}
