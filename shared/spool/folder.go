package spool

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"golang.org/x/sys/unix"

	"github.com/chainsaw-cni/chainsaw/shared/report"
	"github.com/chainsaw-cni/chainsaw/shared/rootowned"
)

// folder is the open spool. os.Root keeps every name inside it.
type folder struct {
	root     *os.Root
	lock     *os.File
	patience time.Duration
}

func (s Spool) open() (*folder, error) {
	dir := s.Dir
	// The parent also holds what others than root execute.
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return nil, err
	}
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	if err := rootowned.Dir(dir); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	lock, err := openLock(root)
	if err != nil {
		root.Close()
		return nil, err
	}
	return &folder{root, lock, s.patience}, nil
}

func openLock(root *os.Root) (*os.File, error) {
	if err := root.Chmod(".", 0o700); err != nil {
		return nil, err
	}
	return root.OpenFile(lockFile, os.O_RDWR|os.O_CREATE|unix.O_NONBLOCK, 0o600)
}

func (f *folder) close() {
	f.lock.Close()
	f.root.Close()
}

// list returns the reports, oldest first, and removes and counts what is none:
// the leftovers of plugins that were killed, and whatever else strays in. A
// folder is left alone; a volume of its own has a lost+found.
func (f *folder) list() (entries []entry, strays int, err error) {
	files, err := fs.ReadDir(f.root.FS(), ".") // sorted by name, which begins with the number
	if err != nil {
		return nil, 0, err
	}
	for _, file := range files {
		if file.IsDir() || file.Name() == lockFile || file.Name() == lostFile {
			continue
		}
		info, err := file.Info()
		if errors.Is(err, fs.ErrNotExist) {
			continue // a drainer needs no lock to remove
		}
		e, ok := parseName(file.Name())
		if err != nil || !ok || !info.Mode().IsRegular() || info.Size() > report.MaxBytes {
			f.remove(entry{name: file.Name()})
			strays++
			continue
		}
		e.size = info.Size()
		entries = append(entries, e)
	}
	return entries, strays, nil
}

var errTorn = errors.New("no report is in it")

// read returns errTorn for what no later attempt would read either.
func (f *folder) read(e entry) (r report.Report, err error) {
	body, err := f.readFile(e.name)
	if err != nil {
		return report.Report{}, err
	}
	if err := json.Unmarshal(body, &r); err != nil || r.Version != report.Version || r.ID == "" {
		return report.Report{}, errTorn
	}
	return r, nil
}

func (f *folder) readFile(name string) ([]byte, error) {
	// Should a FIFO or a terminal have got here, opening it must not wait.
	file, err := f.root.OpenFile(name, os.O_RDONLY|unix.O_NONBLOCK|unix.O_NOCTTY, 0)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if info, err := file.Stat(); err != nil || !info.Mode().IsRegular() {
		return nil, errTorn
	}
	body, err := io.ReadAll(io.LimitReader(file, report.MaxBytes))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errTorn, err)
	}
	return body, nil
}

func (f *folder) write(e entry, body []byte) error {
	return f.replace(e.fileName(random()), body)
}

// replace lets nobody see half a file.
func (f *folder) replace(name string, body []byte) error {
	temporary := "new-" + random()
	err := f.root.WriteFile(temporary, body, 0o600)
	if err == nil {
		err = f.root.Rename(temporary, name)
	}
	if err != nil {
		f.remove(entry{name: temporary})
	}
	return err
}

// random makes a name one that nobody else chooses at this moment.
func random() string { return strconv.FormatUint(rand.Uint64(), 36) }

// remove has no error to return: a file that is gone is what was wanted, and
// one that cannot be removed will be met again.
func (f *folder) remove(entries ...entry) {
	for _, e := range entries {
		_ = f.root.Remove(e.name)
	}
}
