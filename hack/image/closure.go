package main

import (
	"bytes"
	"debug/elf"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
)

// closure is a program at its place, with all that the loader will open for it
// at theirs: the loader itself, and libraries by the names by which they are
// asked for.
func (t tree) closure(program, place string) (files, error) {
	all := make(files)
	type wanted struct{ name, place string }
	queue := []wanted{{program, place}}
	for len(queue) > 0 {
		next := queue[0]
		queue = queue[1:]
		if _, there := all[next.place]; there {
			continue
		}
		content, err := t.read(next.name)
		if err != nil {
			return nil, err
		}
		all[next.place] = file{content, 0o755}
		names, err := needs(content)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", next.name, err)
		}
		for _, name := range names {
			found, err := t.find(name)
			if err != nil {
				return nil, fmt.Errorf("%s needs it: %w", next.name, err)
			}
			queue = append(queue, wanted{found, found})
		}
	}
	return all, nil
}

// needs lists the loader of an executable, by its path, and its libraries.
func needs(content []byte) ([]string, error) {
	executable, err := elf.NewFile(bytes.NewReader(content))
	if err != nil {
		return nil, err
	}
	names, err := executable.ImportedLibraries()
	if err != nil {
		return nil, err
	}
	interp := executable.Section(".interp")
	if interp == nil {
		return names, nil
	}
	loader, err := io.ReadAll(interp.Open())
	return append(names, strings.Trim(string(loader), "\x00")), err
}

// find is the path of a library by its name, or of the loader by its path.
func (t tree) find(name string) (string, error) {
	if strings.HasPrefix(name, "/") {
		return name[1:], nil
	}
	var found []string
	for at := range t {
		// Not in a subfolder, where packages keep variants.
		if path.Base(at) == name && strings.Count(path.Dir(strings.TrimPrefix(at, "usr/")), "/") == 1 {
			found = append(found, at)
		}
	}
	if len(found) == 0 {
		return "", fmt.Errorf("there is no %s in the packages %q", name, packages)
	}
	return slices.Min(found), nil
}

// read follows links, of folders too: /lib64 is one in some releases.
func (t tree) read(name string) ([]byte, error) {
	for range 10 {
		f, there := t[name]
		if !there {
			break
		}
		if f.link == "" {
			return f.content, nil
		}
		name = f.link
	}
	return nil, fmt.Errorf("the packages %q have no %s", packages, name)
}
