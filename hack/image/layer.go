package main

import (
	"archive/tar"
	"bytes"
	"io"
	"maps"
	"path"
	"slices"
	"strings"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

// files are the content of a layer by its path, without the leading slash. One
// that ends with a slash is an empty folder.
type files map[string]file

type file struct {
	content []byte
	mode    int64
}

// epoch is the time of everything in the image.
var epoch = time.Unix(0, 0).UTC()

// layer packs the files and the folders that they are in, sorted, all of them
// root's.
func (f files) layer() (v1.Layer, error) {
	var archive bytes.Buffer
	w := tar.NewWriter(&archive)
	made := make(map[string]bool)
	for _, name := range slices.Sorted(maps.Keys(f)) {
		if err := folders(w, path.Dir(name), made); err != nil {
			return nil, err
		}
		if strings.HasSuffix(name, "/") {
			continue
		}
		if err := entry(w, name, f[name]); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return tarball.LayerFromOpener(func() (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(archive.Bytes())), nil
	})
}

func folders(w *tar.Writer, folder string, made map[string]bool) error {
	if folder == "." || made[folder] {
		return nil
	}
	made[folder] = true
	if err := folders(w, path.Dir(folder), made); err != nil {
		return err
	}
	return w.WriteHeader(&tar.Header{Typeflag: tar.TypeDir, Name: folder + "/", Mode: 0o755, ModTime: epoch})
}

func entry(w *tar.Writer, name string, f file) error {
	header := &tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: f.mode, Size: int64(len(f.content)), ModTime: epoch}
	if err := w.WriteHeader(header); err != nil {
		return err
	}
	_, err := w.Write(f.content)
	return err
}
