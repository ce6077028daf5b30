package rootowned

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// maxLinks is the kernel's own limit (path_resolution(7)).
const maxLinks = 40

// check walks path from the root, one component at a time, and returns where
// it leads without a link. Every step is into a directory that was found to be
// root's alone, so nobody else can change what lies behind the walker.
func check(path string, kind func(string, fs.FileMode) error) (string, error) {
	if !filepath.IsAbs(path) {
		return "", fmt.Errorf("%q is no absolute path: begin it with /", path)
	}
	at, links := "/", 0
	mode, err := inspect(at)
	if err != nil {
		return "", err
	}
	rest := components(path)
	for len(rest) > 0 {
		if err := isDir(at, mode); err != nil {
			return "", err
		}
		// ".." is safe to take as text: at has no links in it.
		next := filepath.Join(at, rest[0])
		rest = rest[1:]
		if mode, err = inspect(next); err != nil {
			return "", err
		}
		if mode&fs.ModeSymlink == 0 {
			at = next
			continue
		}
		if links++; links > maxLinks {
			return "", fmt.Errorf("%s leads through more than %d symbolic links: give the path they lead to", path, maxLinks)
		}
		target, err := os.Readlink(next)
		if err != nil {
			return "", err
		}
		if filepath.IsAbs(target) {
			at = "/"
		}
		rest = append(components(target), rest...)
		mode = fs.ModeDir // of at, which has been inspected
	}
	return at, kind(at, mode)
}

// components keeps "..", which means something else behind a link.
func components(path string) []string {
	return strings.FieldsFunc(path, func(r rune) bool { return r == '/' })
}

func inspect(path string) (fs.FileMode, error) {
	info, err := os.Lstat(path)
	if err != nil {
		return 0, err
	}
	return info.Mode(), trusted(path, info)
}
