package ipstage

import (
	"bytes"
	"debug/elf"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chainsaw-cni/chainsaw/shared/ipbinary"
)

func program(t *testing.T) string {
	t.Helper()
	ip, err := ipbinary.Find()
	if err != nil {
		t.Skipf("this machine has no ip to stage: %v", err)
	}
	return ip
}

func TestPlanHasLoaderAndEveryLibrary(t *testing.T) {
	stage, err := Plan(program(t), "/libraries")
	if err != nil {
		t.Fatal(err)
	}
	if stage.Libraries == "" {
		t.Skip("this machine's ip is static")
	}
	has := map[string]bool{}
	for _, f := range stage.Files {
		if has[f.Name] {
			t.Errorf("%s is there twice", f.Name)
		}
		has[f.Name] = true
	}
	for _, f := range stage.Files {
		for _, name := range imports(t, f.Source) {
			if !has[name] {
				t.Errorf("%s needs %s, which is not there", f.Name, name)
			}
		}
	}
	moved, err := elf.NewFile(bytes.NewReader(stage.Program))
	if err != nil {
		t.Fatal(err)
	}
	loader, err := interpreter(moved)
	if filepath.Dir(loader) != stage.Libraries || !has[filepath.Base(loader)] {
		t.Errorf("%q, %v: the loader should be one of the files in %s", loader, err, stage.Libraries)
	}
}

func imports(t *testing.T, path string) []string {
	t.Helper()
	f, err := elf.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	names, err := f.ImportedLibraries()
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func TestPlanNamesFolderByContent(t *testing.T) {
	one, err := Plan(program(t), "/libraries")
	if err != nil {
		t.Fatal(err)
	}
	two, err := Plan(program(t), "/libraries")
	if err != nil || one.Libraries != two.Libraries || !bytes.Equal(one.Program, two.Program) {
		t.Errorf("%s and %s, %v: want the same", one.Libraries, two.Libraries, err)
	}
}

func TestDigestTellsFilesApart(t *testing.T) {
	file := func(content string) string {
		path := filepath.Join(t.TempDir(), "file")
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	seen := map[string]bool{}
	for _, files := range [][]File{
		{{"a", file("1")}},
		{{"a", file("2")}},
		{{"b", file("1")}},
		{{"a", file("1")}, {"b", file("1")}},
		{},
	} {
		sum, err := digest(files)
		if err != nil || seen[sum] {
			t.Errorf("%v: %s, %v: another set has the same", files, sum, err)
		}
		seen[sum] = true
	}
}

func TestPlanOfStaticProgramIsProgram(t *testing.T) {
	const static = "../../../../bin/chainsaw"
	image, err := os.ReadFile(static)
	if err != nil {
		t.Fatalf("%v: run `make build` first", err)
	}
	stage, err := Plan(static, "/libraries")
	if err != nil {
		t.Fatal(err)
	}
	if stage.Libraries != "" || len(stage.Files) > 0 || !bytes.Equal(stage.Program, image) {
		t.Errorf("%q, %v: want the program alone", stage.Libraries, stage.Files)
	}
}

func TestPlanOfMissingProgramSaysSo(t *testing.T) {
	if _, err := Plan(filepath.Join(t.TempDir(), "ip"), "/libraries"); err == nil || !strings.Contains(err.Error(), "staging ip") {
		t.Errorf("%v", err)
	}
}

func TestMissingLibraryIsNamed(t *testing.T) {
	defer func(folders []string) { libraryFolders = folders }(libraryFolders)
	libraryFolders = []string{t.TempDir()}
	if _, err := Plan(program(t), "/libraries"); err == nil || !strings.Contains(err.Error(), "lacks the library lib") {
		t.Errorf("%v: want the name of a library", err)
	}
}
