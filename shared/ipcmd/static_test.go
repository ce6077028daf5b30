package ipcmd

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// A plugin that links this package starts for every attachment of every pod:
// the tables have to be laid out by the compiler, and not built at start.
func TestTablesCostNothingAtStart(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the package")
	}
	archive := filepath.Join(t.TempDir(), "ipcmd.a")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", archive, ".").CombinedOutput(); err != nil {
		t.Skipf("cannot build here: %v: %s", err, out)
	}
	symbols, err := exec.CommandContext(t.Context(), "go", "tool", "nm", archive).Output()
	if err != nil {
		t.Skipf("cannot list symbols here: %v", err)
	}
	for line := range strings.Lines(string(symbols)) {
		if strings.HasSuffix(strings.TrimSpace(line), "ipcmd.init") {
			t.Errorf("a variable of the package is initialised at start: %s", line)
		}
	}
	if !strings.Contains(string(symbols), "ipcmd.Parse") {
		t.Error("the list of symbols lacks ipcmd.Parse: is the test still right?")
	}
}
