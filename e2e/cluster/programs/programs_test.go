package programs

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chainsaw-cni/chainsaw/e2e/cluster/worktree"
)

func TestOnceMakesWhatIsNotThere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "folder", "program")
	times := 0
	for range 2 {
		err := once(path, func(partial string) error {
			times++
			return os.WriteFile(partial, []byte("program"), 0o755)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if text, err := os.ReadFile(path); string(text) != "program" || times != 1 {
		t.Errorf("made %d times: %q, %v", times, text, err)
	}
}

func TestOnceKeepsNothingThatFailed(t *testing.T) {
	folder, broken := t.TempDir(), errors.New("no space left")
	err := once(filepath.Join(folder, "program"), func(partial string) error {
		return errors.Join(os.WriteFile(partial, []byte("pro"), 0o755), broken)
	})
	if !errors.Is(err, broken) {
		t.Errorf("once returns %v", err)
	}
	if left, err := os.ReadDir(folder); len(left) > 0 || err != nil {
		t.Errorf("it leaves %v, %v", left, err)
	}
}

// The modules pin what the recipes build: one without the other builds nothing.
func TestModulesNameTheProgramsOfTheRecipes(t *testing.T) {
	versions, err := kubernetesVersions()
	if err != nil {
		t.Fatal(err)
	}
	for name, made := range recipes {
		switch program := made.(type) {
		case goProgram:
			wantTool(t, name, program)
		case kubernetesProgram:
			for _, version := range versions {
				wantTool(t, name, program.of(version))
			}
		}
	}
}

func wantTool(t *testing.T, name string, program goProgram) {
	t.Helper()
	path, err := worktree.Path("hack", program.module, "go.mod")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), "\t"+program.pkg+"\n") {
		t.Errorf("%s: %s has no tool %s", name, path, program.pkg)
	}
}

func TestGetKnowsWhatItCanGet(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	if _, err := Get(t.Context(), "vmlinuz"); err == nil || !strings.Contains(err.Error(), "vmlinuz") {
		t.Errorf("Get says %v", err)
	}
}

func TestStampSaysTheVersion(t *testing.T) {
	for _, want := range []string{".gitVersion=v1.36.3", ".gitMajor=1", ".gitMinor=36"} {
		if flags := stamp("v1.36.3"); !strings.Contains(flags+" ", want+" ") {
			t.Errorf("there is no %s in %s", want, flags)
		}
	}
}
