package format

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/finding"
)

func TestParseOutputs(t *testing.T) {
	got, err := ParseOutputs([]string{"text", "sarif=out=1.sarif", "json=x"})
	want := []Output{{"text", ""}, {"sarif", "out=1.sarif"}, {"json", "x"}}
	if err != nil || len(got) != 3 || got[0] != want[0] || got[1] != want[1] || got[2] != want[2] {
		t.Errorf("got %v and %v, want %v", got, err, want)
	}
	for text, want := range map[string]string{
		"yaml":      "there is no output format",
		"json=":     "names no file",
		"text json": "cannot both go to the standard output",
	} {
		if _, err := ParseOutputs(strings.Fields(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got the error %v, want %q in it", text, err, want)
		}
	}
}

func TestOutputReplacesAFileAsAWhole(t *testing.T) {
	folder := t.TempDir()
	file, link := filepath.Join(folder, "real"), filepath.Join(folder, "link")
	if err := os.WriteFile(file, []byte("old and longer than what comes"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("real", link); err != nil {
		t.Fatal(err)
	}
	if err := (Output{"text", link}).Write(io.Discard, finding.Report{}, Options{Colour: true}); err != nil {
		t.Fatal(err)
	}
	if got, _ := os.ReadFile(file); string(got) != "no files, no documents: no errors, no warnings\n" {
		t.Errorf("the file has %q", got)
	}
	onlyThese(t, folder, "link", "real")
}

func TestOutputLeavesTheFileAfterAnError(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "report")
	if err := os.WriteFile(file, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	broken := errors.New("broken")
	if err := replace(file, func(io.Writer) error { return broken }); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	if got, _ := os.ReadFile(file); string(got) != "old" {
		t.Errorf("the file has %q", got)
	}
	onlyThese(t, folder, "report")
}

func TestOutputWritesIntoWhatIsNoPlainFile(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := unix.Mkfifo(pipe, 0o600); err != nil {
		t.Skipf("no FIFO can be made here: %v", err)
	}
	reader, err := os.OpenFile(pipe, os.O_RDWR, 0) // for both, so that neither waits
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	if err := (Output{"text", pipe}).Write(io.Discard, finding.Report{}, Options{}); err != nil {
		t.Fatal(err)
	}
	got := make([]byte, 100)
	if n, err := reader.Read(got); err != nil || !strings.HasPrefix(string(got[:n]), "no files") {
		t.Errorf("read %q, %v", got[:n], err)
	}
}

func TestOutputNamesTheFileThatCannotBeWritten(t *testing.T) {
	file := filepath.Join(t.TempDir(), "no", "such", "folder")
	err := Output{"json", file}.Write(new(bytes.Buffer), finding.Report{}, Options{})
	if err == nil || !strings.Contains(err.Error(), "writing json to "+file) {
		t.Errorf("got %v", err)
	}
}

func onlyThese(t *testing.T, folder string, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if strings.Join(names, " ") != strings.Join(want, " ") {
		t.Errorf("the folder has %q, want %q", names, want)
	}
}
