package ipstage

import (
	"debug/elf"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// libraryFolders are where the loaders of Linux distributions look, Debian's
// folders for each architecture first.
var libraryFolders = []string{
	"/lib/*-linux-gnu*", "/usr/lib/*-linux-gnu*",
	"/lib64", "/usr/lib64", "/lib", "/usr/lib", "/usr/local/lib",
}

// needs lists the loader of a program and the libraries that the loader will
// open: for each the name by which it is asked for, and its file. A static
// program needs nothing.
func needs(program string) (loader string, files []File, err error) {
	f, err := elf.Open(program)
	if err != nil {
		return "", nil, err
	}
	defer f.Close()
	interp, err := interpreter(f)
	if interp == "" || err != nil {
		return "", nil, err
	}
	loader = filepath.Base(interp)
	s := search{machine: f.Machine, found: []File{{loader, interp}}}
	err = s.libraries(f)
	return loader, s.found, err
}

func interpreter(f *elf.File) (string, error) {
	for _, prog := range f.Progs {
		if prog.Type != elf.PT_INTERP {
			continue
		}
		path, err := io.ReadAll(prog.Open())
		return strings.TrimRight(string(path), "\x00"), err
	}
	return "", nil
}

type search struct {
	machine elf.Machine
	found   []File
}

func (s *search) libraries(f *elf.File) error {
	names, err := f.ImportedLibraries()
	if err != nil {
		return err
	}
	for _, name := range names {
		if slices.ContainsFunc(s.found, func(f File) bool { return f.Name == name }) {
			continue
		}
		if err := s.library(name); err != nil {
			return err
		}
	}
	return nil
}

func (s *search) library(name string) error {
	if strings.Contains(name, "/") {
		return fmt.Errorf("it wants the library %s by its path: build it to want a name", name)
	}
	file, f, err := s.find(name)
	if err != nil {
		return err
	}
	defer f.Close()
	// For its own libraries the loader would look there, and not in our folder.
	if path, err := f.DynString(elf.DT_RUNPATH); err != nil || len(path) > 0 {
		return errors.Join(fmt.Errorf("the library %s looks for others in %v: build it without DT_RUNPATH", file, path), err)
	}
	s.found = append(s.found, File{name, file})
	return s.libraries(f)
}

// find takes the first that is for this machine: folders of several
// architectures may be there.
func (s *search) find(name string) (string, *elf.File, error) {
	for _, pattern := range libraryFolders {
		folders, err := filepath.Glob(pattern)
		if err != nil {
			return "", nil, err
		}
		for _, folder := range folders {
			file := filepath.Join(folder, name)
			if _, err := os.Stat(file); err != nil {
				continue
			}
			f, err := elf.Open(file)
			if err != nil {
				return "", nil, fmt.Errorf("reading the library %s: %w", file, err)
			}
			if f.Machine == s.machine {
				return file, f, nil
			}
			f.Close()
		}
	}
	return "", nil, fmt.Errorf("the image lacks the library %s: install it in one of %v", name, libraryFolders)
}
