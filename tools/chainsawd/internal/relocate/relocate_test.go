package relocate

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// dynamicProgram is a program of this machine that needs libraries.
func dynamicProgram(t testing.TB) []byte {
	t.Helper()
	image, err := os.ReadFile("/bin/ls")
	if err != nil {
		t.Skipf("no program to relocate: %v", err)
	}
	if _, err := Program(image, "/l", "/"); errors.Is(err, ErrStatic) {
		t.Skip("this machine's programs are static")
	}
	return image
}

func interpreter(t *testing.T, image []byte) string {
	t.Helper()
	f, err := elf.NewFile(bytes.NewReader(image))
	if err != nil {
		t.Fatal(err)
	}
	text := make([]byte, find(f, elf.PT_INTERP).Filesz)
	if _, err := find(f, elf.PT_INTERP).ReadAt(text, 0); err != nil {
		t.Fatal(err)
	}
	return string(bytes.TrimRight(text, "\x00"))
}

// run makes image a file and runs it.
func run(t *testing.T, image []byte, args ...string) (string, error) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "program")
	if err := os.WriteFile(file, image, 0o755); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(file, args...)
	cmd.Env = []string{}
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func TestRelocatedProgramRuns(t *testing.T) {
	image := dynamicProgram(t)
	// The loader under a name of ours shows that it is the one that is used.
	loader := filepath.Join(t.TempDir(), "a-loader-with-a-long-name-that-fits-in-no-place-of-the-old")
	if err := os.Symlink(interpreter(t, image), loader); err != nil {
		t.Fatal(err)
	}
	moved, err := Program(image, loader, "/nowhere")
	if err != nil {
		t.Fatal(err)
	}
	if out, err := run(t, moved, "/"); err != nil {
		t.Errorf("%v: %s", err, out)
	}
	if err := os.Remove(loader); err != nil {
		t.Fatal(err)
	}
	if out, err := run(t, moved, "/"); err == nil {
		t.Errorf("it runs without its loader: %s", out)
	}
}

func TestRelocatedProgramTakesLibrariesFromFolder(t *testing.T) {
	image := dynamicProgram(t)
	folder := t.TempDir()
	moved, err := Program(image, interpreter(t, image), folder)
	if err != nil {
		t.Fatal(err)
	}
	f, err := elf.NewFile(bytes.NewReader(image))
	if err != nil {
		t.Fatal(err)
	}
	names, err := f.ImportedLibraries()
	if err != nil || len(names) == 0 {
		t.Fatalf("%q, %v: want libraries", names, err)
	}
	for _, name := range names {
		if err := os.WriteFile(filepath.Join(folder, name), []byte("no library"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if out, err := run(t, moved, "/"); err == nil {
		t.Errorf("it runs, and so looked for its libraries elsewhere: %s", out)
	}
}

func TestRelocatedProgramIsAsBeforeBelowNewSegment(t *testing.T) {
	image := dynamicProgram(t)
	moved, err := Program(image, "/loader", "/libraries")
	if err != nil {
		t.Fatal(err)
	}
	header := binary.Size(elf.Header64{})
	if !bytes.Equal(moved[header:len(image)], image[header:]) {
		t.Error("something in the old file has changed")
	}
}

func TestRelocatedSegmentsAreInOrderAndApart(t *testing.T) {
	moved, err := Program(dynamicProgram(t), "/loader", "/libraries")
	if err != nil {
		t.Fatal(err)
	}
	f, err := elf.NewFile(bytes.NewReader(moved))
	if err != nil {
		t.Fatal(err)
	}
	var first, last *elf.Prog
	for _, p := range f.Progs {
		if p.Type != elf.PT_LOAD {
			continue
		}
		if last != nil && p.Vaddr < last.Vaddr+last.Memsz {
			t.Errorf("the segment at %#x begins in the one before it", p.Vaddr)
		}
		if first == nil {
			first = p
		}
		last = p
	}
	if last.Vaddr-first.Vaddr != last.Off-first.Off {
		t.Error("old kernels would look for the program headers elsewhere")
	}
}

func TestProgramRefuses(t *testing.T) {
	if _, err := Program([]byte("#!/bin/sh"), "/loader", "/libraries"); err == nil {
		t.Error("a script was taken")
	}
	static, err := os.ReadFile("../../../../bin/chainsaw")
	if err != nil {
		t.Fatalf("%v: run `make build` first", err)
	}
	if _, err := Program(static, "/loader", "/libraries"); !errors.Is(err, ErrStatic) {
		t.Errorf("%v: want %v", err, ErrStatic)
	}
}

// FuzzProgram flips bytes of the headers: whatever they say, there is an error
// or a program, and no panic.
func FuzzProgram(f *testing.F) {
	image := dynamicProgram(f)
	f.Add(uint16(0x20), uint64(0xffff_ffff))
	f.Fuzz(func(_ *testing.T, at uint16, value uint64) {
		broken := bytes.Clone(image)
		binary.LittleEndian.PutUint64(broken[int(at)%1024:], value)
		_, _ = Program(broken, "/loader", "/libraries")
	})
}
