package image

import (
	"archive/tar"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
)

// A BusyBox is what says its names.
const busybox = "#!/bin/sh\necho ash\necho ip\necho busybox\n"

func TestAlpineHasAllOfBusyBox(t *testing.T) {
	files := contents(t, alpine(t))
	for path, want := range map[string]string{
		"bin/busybox": busybox, "bin/ash": "-> /bin/busybox", "bin/ip": "-> /bin/busybox",
		"var/run": "-> /run", "etc/group": "root:x:0:\n",
	} {
		if got := files[path]; got != want {
			t.Errorf("%s is %q, want %q", path, got, want)
		}
	}
}

func TestWithAddsExecutables(t *testing.T) {
	program := write(t, "program", "text")
	more, err := With(alpine(t), map[string]string{"/usr/bin/more": program})
	if err != nil {
		t.Fatal(err)
	}
	if files := contents(t, more); files["usr/bin/more"] != "text" || files["bin/busybox"] != busybox {
		t.Errorf("it has %v", files)
	}
}

func TestArchive(t *testing.T) {
	index := mutate.AppendManifests(empty.Index, mutate.IndexAddendum{Add: alpine(t)})
	const name = "example.com/alpine:1"
	for count, want := range map[int]error{0: errCount, 1: nil, 2: errCount} {
		all := v1.ImageIndex(empty.Index)
		for range count {
			all = mutate.AppendManifests(all, mutate.IndexAddendum{
				Add: index, Descriptor: v1.Descriptor{Annotations: map[string]string{"io.containerd.image.name": name}},
			})
		}
		got, _, err := Archive(archive(t, all), t.TempDir())
		if (err == nil) != (want == nil) || err == nil && got != name {
			t.Errorf("an archive of %d images: %q, %v", count, got, err)
		}
	}
}

var errCount = errors.New("not one image")

func TestArchiveKeepsToItsFolder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "evil.tar")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w := tar.NewWriter(file)
	if err := errors.Join(w.WriteHeader(&tar.Header{Name: "../evil", Typeflag: tar.TypeReg}), w.Close(), file.Close()); err != nil {
		t.Fatal(err)
	}
	if _, _, err := Archive(path, t.TempDir()); err == nil {
		t.Error("it is unpacked")
	}
}

func alpine(t *testing.T) v1.Image {
	t.Helper()
	image, err := Alpine(t.Context(), write(t, "busybox", busybox))
	if err != nil {
		t.Fatal(err)
	}
	return image
}

func write(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

// contents are the files of an image, and where its links lead.
func contents(t *testing.T, image v1.Image) map[string]string {
	t.Helper()
	stream := mutate.Extract(image)
	defer stream.Close()
	files := map[string]string{}
	for archive := tar.NewReader(stream); ; {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return files
		}
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(archive)
		if err != nil {
			t.Fatal(err)
		}
		files[header.Name] = string(text)
		if header.Linkname != "" {
			files[header.Name] = "-> " + header.Linkname
		}
	}
}

// archive writes an OCI archive.
func archive(t *testing.T, index v1.ImageIndex) string {
	t.Helper()
	folder := t.TempDir()
	if _, err := layout.Write(folder, index); err != nil {
		t.Fatal(err)
	}
	file, err := os.Create(filepath.Join(t.TempDir(), "image.tar"))
	if err != nil {
		t.Fatal(err)
	}
	w := tar.NewWriter(file)
	if err := errors.Join(w.AddFS(os.DirFS(folder)), w.Close(), file.Close()); err != nil {
		t.Fatal(err)
	}
	return file.Name()
}
