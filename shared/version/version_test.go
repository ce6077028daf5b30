package version

import (
	"os"
	"strings"
	"testing"
)

// A linker says nothing of a -X that names no variable, so a typing error in
// the Makefile would ship binaries which call themselves "devel".
func TestMakefileStampsVersion(t *testing.T) {
	const variable = "-X github.com/chainsaw-cni/chainsaw/shared/version.Version="

	makefile, err := os.ReadFile("../../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(makefile), variable) {
		t.Errorf("the Makefile has no %q", variable)
	}
}

func TestStringStartsWithVersion(t *testing.T) {
	if got, want := String(), Version+" linux/"; !strings.HasPrefix(got, want) {
		t.Errorf("String() = %q, want it to start with %q", got, want)
	}
}
