// Package worktree finds the files of this repository for a test or a tool that
// runs somewhere in it.
package worktree

import (
	"errors"
	"os"
	"path/filepath"
)

// Path is the absolute path of something in the work tree. It need not exist.
func Path(elements ...string) (string, error) {
	at, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(at, "go.work")); err == nil {
			return filepath.Join(append([]string{at}, elements...)...), nil
		}
		if at == filepath.Dir(at) {
			return "", errors.New("no go.work in this folder or above it: run this inside chainsaw's work tree")
		}
		at = filepath.Dir(at)
	}
}
