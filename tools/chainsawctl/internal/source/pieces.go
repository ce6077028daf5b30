package source

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
)

// pieceSize is how much of a long file is read at once, at least.
const pieceSize = 256 << 10

// isStream tells whether a path is a descriptor that the caller's shell has
// opened, as for <(kustomize build): it may be a pipe, which must not be opened
// by name elsewhere, because that waits for somebody to write.
func isStream(path string) bool {
	return path == "/dev/stdin" || strings.HasPrefix(path, "/dev/fd/") || strings.HasPrefix(path, "/proc/self/fd/")
}

func (w *walk) stream(path string) {
	f, err := os.Open(path)
	if err != nil {
		w.unreadable(path, err)
		return
	}
	defer f.Close()
	w.pieces(path, f, pieceSize)
}

func (w *walk) file(path string) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0) // should it be a FIFO
	if err != nil {
		w.unreadable(path, err)
		return
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		w.unreadable(path, err)
		return
	}
	if !info.Mode().IsRegular() {
		w.fail(path, Unreadable, errors.New("this is neither a file nor a folder, but a FIFO, a socket or a device"))
		return
	}
	w.pieces(path, f, int(min(info.Size()+1, pieceSize)))
}

// pieces reads a file of any length. Only one document must fit into memory.
func (w *walk) pieces(name string, from io.Reader, size int) {
	var text []byte
	for before := 0; ; size = len(text) + max(len(text), pieceSize) {
		var err error
		if text, err = fill(text, from, size); err != nil && !errors.Is(err, io.EOF) {
			w.unreadable(name, err)
			return
		}
		if before == 0 {
			text = bytes.TrimPrefix(text, []byte("\uFEFF"))
		}
		ended := err != nil
		end := len(text)
		if !ended {
			end = lastPart(text)
		}
		if end == 0 && len(text) > MaxDocument {
			at := Span{File: &File{Name: name, before: before}}
			w.yield(nil, &Error{TooLarge, at, fmt.Errorf("from here on no document ends within %d MiB: split it; the rest is not read", MaxDocument>>20)})
			return
		}
		if end > 0 || ended && before == 0 {
			if !w.yield(&File{Name: name, Text: text[:end:end], before: before}, nil) {
				return
			}
		}
		if ended {
			return
		}
		if end > 0 {
			before += bytes.Count(text[:end], []byte("\n"))
			text = bytes.Clone(text[end:])
		}
	}
}

// fill reads until the text has a size. The error is io.EOF when nothing is left.
func fill(text []byte, from io.Reader, size int) ([]byte, error) {
	have := len(text)
	all := make([]byte, size)
	copy(all, text)
	n, err := io.ReadFull(from, all[have:])
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = io.EOF
	}
	return all[:have+n], err
}

// lastPart is where the last document of the text begins, the one that may not
// have been read to its end; so far off that a marker is surely one.
func lastPart(text []byte) int {
	last := 0
	for p := range parts(text) {
		if p.start+len("---\n") <= len(text) {
			last = p.start
		}
	}
	return last
}
