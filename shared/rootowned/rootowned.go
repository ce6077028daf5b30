// Package rootowned proves that only root could have put a file where it is:
// the file, every directory above it, and every symbolic link on the way are
// root's and writable by nobody else. For what the plugins execute or believe:
// `ip`, the node's policy, a kubeconfig. It does not judge what is in a file,
// nor who may read it.
package rootowned

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"golang.org/x/sys/unix"
)

// File checks a path to a regular file.
func File(path string) error {
	_, err := check(path, isRegular)
	return err
}

// First returns the first path at which File finds nothing wrong. What is not
// to be trusted is passed over, and named if no other is left; the error is
// [fs.ErrNotExist] if there is nothing at any of them.
func First(paths []string) (string, error) {
	var untrusted error
	for _, path := range paths {
		err := File(path)
		switch {
		case err == nil:
			return path, nil
		case errors.Is(err, fs.ErrNotExist):
		case untrusted == nil:
			untrusted = err
		default:
			untrusted = fmt.Errorf("%w; %w", untrusted, err)
		}
	}
	if untrusted == nil {
		return "", fs.ErrNotExist
	}
	return "", untrusted
}

// Dir checks a path to a directory.
func Dir(path string) error {
	_, err := check(path, isDir)
	return err
}

// Open checks a path to a regular file and opens it for reading. The checks
// hold for the open file too, and nothing at the path can make it wait.
func Open(path string) (*os.File, error) {
	real, err := check(path, isRegular)
	if err != nil {
		return nil, err
	}
	// Only root can have changed the path since; a mistake of root's must not
	// slip through either.
	f, err := os.OpenFile(real, os.O_RDONLY|unix.O_NOFOLLOW|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	if err := checkOpen(f); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

func checkOpen(f *os.File) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if err := trusted(f.Name(), info); err != nil {
		return err
	}
	return isRegular(f.Name(), info.Mode())
}

func isRegular(path string, mode fs.FileMode) error {
	if !mode.IsRegular() {
		return fmt.Errorf("%s is no regular file: put one there", path)
	}
	return nil
}

func isDir(path string, mode fs.FileMode) error {
	if !mode.IsDir() {
		return fmt.Errorf("%s is no directory: make one there", path)
	}
	return nil
}
