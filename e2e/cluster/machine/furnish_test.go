package machine

import (
	"os"
	"path/filepath"
	"testing"
)

func TestNodeTakesNothingAwayFromTheMachine(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := (plan{Lacks: []string{path}}).takeAway(); err == nil {
		t.Error("a file of the machine's own is taken away")
	}
	if _, err := os.Stat(path); err != nil {
		t.Error(err)
	}
}
