package source

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// Stdin is the name of the file that "-" is.
const Stdin = "<stdin>"

// Read reads files, folders (recursively), patterns, and stdin as "-". What
// cannot be read is an error of its input, and the reading goes on; a file that
// is named twice is read once. Long files and streams come in pieces, cut
// between documents, so that they never are in memory as a whole. It ends early
// when ctx ends.
func Read(ctx context.Context, paths []string, stdin io.Reader) iter.Seq2[*File, *Error] {
	return func(yield func(*File, *Error) bool) {
		w := walk{stdin: stdin, seen: make(map[string]bool)}
		w.yield = func(f *File, err *Error) bool {
			w.ended = w.ended || ctx.Err() != nil || !yield(f, err)
			return !w.ended
		}
		for _, path := range paths {
			w.input(path)
		}
		for _, link := range w.links {
			w.unfollowed(link)
		}
	}
}

type walk struct {
	stdin io.Reader
	yield func(*File, *Error) bool
	ended bool
	seen  map[string]bool // files and folders, by their paths without links
	links []string        // to folders
}

func (w *walk) fail(name string, p Problem, err error) {
	if !w.ended {
		w.yield(nil, &Error{Problem: p, At: Span{File: &File{Name: name}}, Err: err})
	}
}

func (w *walk) unreadable(name string, err error) {
	if path, found := errors.AsType[*fs.PathError](err); found {
		err = path.Err // without the name, which stands ahead
	}
	w.fail(name, Unreadable, fmt.Errorf("this cannot be read: %w", err))
}

func (w *walk) input(path string) {
	if path == "-" {
		w.once(Stdin, func() { w.pieces(Stdin, w.stdin, pieceSize) })
		return
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && strings.ContainsAny(path, "*?[{"):
		w.pattern(path)
	case err != nil:
		w.unreadable(path, err)
	case isStream(path):
		w.stream(path)
	default:
		w.entry(path, info)
	}
}

// once does what has not been done for the same file.
func (w *walk) once(place string, do func()) {
	if !w.ended && !w.seen[place] {
		w.seen[place] = true
		do()
	}
}

func (w *walk) pattern(pattern string) {
	matches, err := doublestar.FilepathGlob(pattern, doublestar.WithNoFollow())
	if err == nil && len(matches) == 0 {
		err = errors.New("no file has a name of this pattern")
	}
	if err != nil {
		w.fail(pattern, Unreadable, err)
		return
	}
	slices.Sort(matches)
	for _, match := range matches {
		w.input(match)
	}
}

func (w *walk) entry(path string, info fs.FileInfo) {
	place, err := resolve(path)
	if err != nil {
		w.unreadable(path, err)
		return
	}
	w.once(place, func() {
		if info.IsDir() {
			w.folder(path, place)
		} else {
			w.file(path)
		}
	})
}

// resolve is a path without links.
func resolve(path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(path)
}
