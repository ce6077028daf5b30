package deployments

import (
	"archive/tar"
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
)

// makeImage makes the image as `make image` does, from bin/.
func makeImage(t *testing.T) (archive string) {
	t.Helper()
	for _, program := range []string{"apt-get", "dpkg-deb"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("the image is made of Debian's packages: %v", err)
		}
	}
	folder := t.TempDir()
	repository, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(repository, "bin"), filepath.Join(folder, runtime.GOARCH)); err != nil {
		t.Fatal(err)
	}
	archive = filepath.Join(folder, "image.tar")
	cmd := exec.CommandContext(t.Context(), "go", "run", ".", "-arch", runtime.GOARCH, "-bin", folder,
		"-cache", filepath.Join(repository, ".cache", "debian"), "-o", archive, "example.test/chainsaw:test")
	cmd.Dir = filepath.Join(repository, "hack", "image")
	cmd.Env = append(os.Environ(), "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("making the image: %v: %s", err, out)
	}
	return archive
}

func TestImageIsTheSameEveryTime(t *testing.T) {
	var images [2][]byte
	for i := range images {
		var err error
		if images[i], err = os.ReadFile(makeImage(t)); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(images[0], images[1]) {
		t.Error("the same content made two images")
	}
}

// unpack makes the root file system of an image.
func unpack(t *testing.T, archive, root string) string {
	t.Helper()
	oci := t.TempDir()
	f, err := os.Open(archive)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	extract(t, f, oci)
	index, err := layout.ImageIndexFromPath(oci)
	if err != nil {
		t.Fatal(err)
	}
	top, err := index.IndexManifest()
	if err != nil {
		t.Fatal(err)
	}
	perArch, err := index.ImageIndex(top.Manifests[0].Digest)
	if err != nil {
		t.Fatal(err)
	}
	list, err := perArch.IndexManifest()
	if err != nil {
		t.Fatal(err)
	}
	img, err := perArch.Image(list.Manifests[0].Digest)
	if err != nil {
		t.Fatal(err)
	}
	extract(t, mutate.Extract(img), root)
	return root
}

// extract unpacks an archive of folders and files.
func extract(t *testing.T, archive io.Reader, folder string) {
	t.Helper()
	r := tar.NewReader(archive)
	for {
		header, err := r.Next()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(folder, header.Name)
		if header.Typeflag == tar.TypeDir {
			err = os.MkdirAll(path, 0o755)
		} else {
			err = errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), writeFrom(path, header.FileInfo().Mode(), r))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

func writeFrom(path string, mode os.FileMode, content io.Reader) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, content)
	return errors.Join(err, f.Close())
}
