package image

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
)

// Archive opens the only image of an OCI archive, and returns the name that it
// goes by. The folder is where it is unpacked.
func Archive(path, folder string) (string, v1.ImageIndex, error) {
	if err := unpack(path, folder); err != nil {
		return "", nil, fmt.Errorf("unpacking the image %s: %w", path, err)
	}
	all, err := layout.ImageIndexFromPath(folder)
	if err != nil {
		return "", nil, fmt.Errorf("reading the image %s: %w", path, err)
	}
	manifest, err := all.IndexManifest()
	if err != nil {
		return "", nil, fmt.Errorf("reading the image %s: %w", path, err)
	}
	if len(manifest.Manifests) != 1 {
		return "", nil, fmt.Errorf("%s has %d images, want one", path, len(manifest.Manifests))
	}
	only := manifest.Manifests[0]
	index, err := all.ImageIndex(only.Digest)
	return only.Annotations["io.containerd.image.name"], index, err
}

func unpack(path, folder string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	root, err := os.OpenRoot(folder)
	if err != nil {
		return err
	}
	defer root.Close()
	for archive := tar.NewReader(file); ; {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if header.Typeflag != tar.TypeReg {
			continue
		}
		content, err := io.ReadAll(archive)
		if err != nil {
			return err
		}
		if err := root.MkdirAll(filepath.Dir(header.Name), 0o755); err != nil {
			return err
		}
		if err := root.WriteFile(header.Name, content, 0o644); err != nil {
			return err
		}
	}
}
