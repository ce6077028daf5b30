// Package atomicfile puts a file on the node in one step: at every moment, and
// after a power cut too, the old one is there or the new one, whole. A file in
// use is no obstacle: what executes the old one goes on with it.
//
// It takes one writer for each path; chainsawd's lock sees to that. It does not
// look at what it writes, nor at who owns the folder.
package atomicfile

import (
	"crypto/rand"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// mark is in the name of every file that is not yet in its place. A name that
// begins with a dot is no plugin's, no library's and no configuration's.
const mark = ".chainsawd-new-"

// Write puts content at path, whatever file or link is there, with this mode.
func Write(path string, mode fs.FileMode, content io.Reader) error {
	if err := write(path, mode, content); err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	return nil
}

func write(path string, mode fs.FileMode, content io.Reader) error {
	// Folders stay where they are, but links in them are not followed.
	dir, name := filepath.Split(path)
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	if info, err := root.Lstat(name); err == nil && info.IsDir() {
		return fmt.Errorf("a folder is in its place: move it away")
	}
	temporary := temporaryPrefix(name) + rand.Text()
	err = fill(root, temporary, mode, labelFor(dir, name), content)
	if err == nil {
		err = root.Rename(temporary, name)
	}
	if err != nil {
		_ = root.Remove(temporary) // a disk that is full must not stay so by it
		return err
	}
	return syncFolder(root)
}

// fill writes the file and waits for the disk: after a power cut a name whose
// content has not arrived would stand for an empty file.
func fill(root *os.Root, name string, mode fs.FileMode, label []byte, content io.Reader) (err error) {
	f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer func() {
		if closeErr := f.Close(); err == nil {
			err = closeErr
		}
	}()
	if _, err := io.Copy(f, content); err != nil {
		return err
	}
	if err := f.Chmod(mode); err != nil { // whatever the umask
		return err
	}
	setLabel(f, label)
	return f.Sync()
}

func syncFolder(root *os.Root) error {
	folder, err := root.Open(".")
	if err != nil {
		return err
	}
	defer folder.Close()
	return folder.Sync()
}

// Sweep removes what writers of path left behind that were killed.
func Sweep(path string) error {
	dir, name := filepath.Split(path)
	root, err := os.OpenRoot(dir)
	if err != nil {
		return fmt.Errorf("sweeping %s: %w", dir, err)
	}
	defer root.Close()
	files, err := fs.ReadDir(root.FS(), ".")
	if err != nil {
		return fmt.Errorf("sweeping %s: %w", dir, err)
	}
	for _, file := range files {
		if !strings.HasPrefix(file.Name(), temporaryPrefix(name)) {
			continue
		}
		if err := root.Remove(file.Name()); err != nil {
			return fmt.Errorf("sweeping: %w", err)
		}
	}
	return nil
}

func temporaryPrefix(name string) string { return "." + name + mark }

// Remove removes path and what Sweep would. The error is [fs.ErrNotExist] if
// there is no such file, or no such folder.
func Remove(path string) error {
	if err := Sweep(path); err != nil {
		return err
	}
	return os.Remove(path)
}
