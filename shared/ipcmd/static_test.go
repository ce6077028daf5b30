package ipcmd

import (
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// A plugin that links this package starts for every attachment of every pod:
// the tables have to be laid out by the compiler, and not built at start. The
// compiler leaves an init that is nothing but a return.
func TestTablesCostNothingAtStart(t *testing.T) {
	const justReturn = 8 // bytes at most, on any architecture
	if testing.Short() {
		t.Skip("builds the package")
	}
	archive := filepath.Join(t.TempDir(), "ipcmd.a")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", archive, ".").CombinedOutput(); err != nil {
		t.Skipf("cannot build here: %v: %s", err, out)
	}
	symbols, err := exec.CommandContext(t.Context(), "go", "tool", "nm", "-size", archive).Output()
	if err != nil {
		t.Skipf("cannot list symbols here: %v", err)
	}
	for line := range strings.Lines(string(symbols)) {
		fields := strings.Fields(line) // address, size, type, name
		if len(fields) != 4 || !strings.HasSuffix(fields[3], "ipcmd.init") {
			continue
		}
		if size, err := strconv.Atoi(fields[1]); err != nil || size > justReturn {
			t.Errorf("a variable of the package is initialised at start: %s", line)
		}
	}
	if !strings.Contains(string(symbols), "ipcmd.Parse") {
		t.Error("the list of symbols lacks ipcmd.Parse: is the test still right?")
	}
}
