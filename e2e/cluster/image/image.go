// Package image makes the small container images that the stories' pods run,
// without a Dockerfile and without the Internet.
package image

import (
	"archive/tar"
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path"
	"runtime"
	"slices"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

// Alpine is an image with what the stories use of Alpine Linux: a static
// BusyBox, by all its names.
func Alpine(ctx context.Context, busybox string) (v1.Image, error) {
	names, err := exec.CommandContext(ctx, busybox, "--list").Output()
	if err != nil {
		return nil, fmt.Errorf("asking BusyBox for its names: %w", err)
	}
	const shell = "/bin/busybox"
	var l layer
	l.folder("bin", 0o755)
	l.folder("tmp", 0o1777)
	l.folder("run", 0o755)
	l.folder("var", 0o755)
	l.link("/var/run", "/run")
	l.file(shell, busybox)
	l.text("/etc/passwd", "root:x:0:0:root:/root:/bin/ash\n")
	l.text("/etc/group", "root:x:0:\n")
	for applet := range strings.FieldsSeq(string(names)) {
		if applet != path.Base(shell) {
			l.link(path.Join("/bin", applet), shell)
		}
	}
	return l.image(v1.Config{Cmd: []string{"/bin/sh"}, Env: []string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin"}})
}

// Pause is an image for the sandbox of a pod, made from one that has `sleep`.
// The runtime kills the sandbox, and nothing waits for an orderly end.
func Pause(base v1.Image) (v1.Image, error) {
	return mutate.Config(base, v1.Config{Entrypoint: []string{"/bin/sleep", "infinity"}})
}

// With is the base image with more executables, by the paths that they get.
func With(base v1.Image, files map[string]string) (v1.Image, error) {
	var l layer
	for _, to := range slices.Sorted(maps.Keys(files)) {
		l.file(to, files[to])
	}
	added, err := l.v1()
	if err != nil {
		return nil, err
	}
	return mutate.AppendLayers(base, added)
}

// layer is a layer in the making. The first error stays.
type layer struct {
	content bytes.Buffer
	err     error
}

func (l *layer) image(config v1.Config) (v1.Image, error) {
	only, err := l.v1()
	if err != nil {
		return nil, err
	}
	image, err := mutate.AppendLayers(empty.Image, only)
	if err != nil {
		return nil, err
	}
	file, err := image.ConfigFile()
	if err != nil {
		return nil, err
	}
	file.Config, file.OS, file.Architecture = config, "linux", runtime.GOARCH
	return mutate.ConfigFile(image, file)
}

func (l *layer) v1() (v1.Layer, error) {
	if l.err != nil {
		return nil, fmt.Errorf("making a layer: %w", l.err)
	}
	return tarball.LayerFromOpener(func() (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(l.content.Bytes())), nil
	})
}

func (l *layer) folder(name string, mode int64) {
	l.add(tar.Header{Typeflag: tar.TypeDir, Name: name + "/", Mode: mode}, nil)
}

func (l *layer) link(name, to string) {
	l.add(tar.Header{Typeflag: tar.TypeSymlink, Name: name, Linkname: to, Mode: 0o777}, nil)
}

func (l *layer) file(name, from string) {
	content, err := os.ReadFile(from)
	if err != nil {
		l.err = err
		return
	}
	l.add(tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: 0o755, Size: int64(len(content))}, content)
}

func (l *layer) text(name, content string) {
	l.add(tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: 0o644, Size: int64(len(content))}, []byte(content))
}

// add appends to the archive. An archive without its end is one as well, so
// that a writer can be made for each entry.
func (l *layer) add(header tar.Header, content []byte) {
	if l.err != nil {
		return
	}
	header.Name = strings.TrimPrefix(header.Name, "/")
	w := tar.NewWriter(&l.content)
	if l.err = w.WriteHeader(&header); l.err == nil {
		_, l.err = w.Write(content)
	}
	if l.err == nil {
		l.err = w.Flush()
	}
}
