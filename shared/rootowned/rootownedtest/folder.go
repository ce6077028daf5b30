// Package rootownedtest makes folders for tests of what only trusts root's:
// those of testing.T are below /tmp, which is everybody's.
package rootownedtest

import (
	"os"
	"testing"

	"github.com/chainsaw-cni/chainsaw/shared/rootowned"
)

// Folder makes a folder that rootowned trusts. It is gone when the test ends.
// Where none can be made the test is skipped.
func Folder(t testing.TB) string {
	t.Helper()
	home, _ := os.UserHomeDir() // what is left to an ordinary user's namespace
	for _, parent := range []string{"/run", home, os.TempDir()} {
		folder, err := os.MkdirTemp(parent, "chainsaw-test-")
		if err != nil {
			continue
		}
		if rootowned.Dir(folder) == nil {
			t.Cleanup(func() { os.RemoveAll(folder) })
			return folder
		}
		os.RemoveAll(folder)
	}
	t.Skip("no folder can be made here that is root's in all its parents: run as root")
	return ""
}
