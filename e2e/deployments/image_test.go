package deployments

import (
	"archive/tar"
	"bytes"
	"debug/elf"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"golang.org/x/sys/unix"
)

// makeImage makes the image of chainsawd as `make image` does, from bin/.
func makeImage(t *testing.T) (archive string) {
	t.Helper()
	for _, program := range []string{"apt-get", "dpkg-deb"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("the image is made of Debian's packages: %v", err)
		}
	}
	return makeImageOf(t, "chainsaw")
}

// makeImageOf makes an image by its name.
func makeImageOf(t *testing.T, name string) (archive string) {
	t.Helper()
	folder := t.TempDir()
	repository, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(repository, "bin"), filepath.Join(folder, runtime.GOARCH)); err != nil {
		t.Fatal(err)
	}
	archive = filepath.Join(folder, "image.tar")
	cmd := exec.CommandContext(t.Context(), "go", "run", ".", "-image", name, "-arch", runtime.GOARCH, "-bin", folder,
		"-cache", filepath.Join(repository, ".cache", "debian"), "-o", archive, "example.test/"+name+":test")
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

// TestImageOfChainsawctl runs it as pre-commit does.
func TestImageOfChainsawctl(t *testing.T) {
	image := open(t, makeImageOf(t, "chainsawctl"))
	config, err := image.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	run := config.Config
	if run.User != "65532:65532" || run.WorkingDir != "/src" || !slices.Equal(run.Entrypoint, []string{"/chainsawctl"}) || run.Cmd != nil {
		t.Errorf("it is run as %+v", run)
	}
	root := t.TempDir()
	extract(t, mutate.Extract(image), root)
	if err := os.Mkdir(filepath.Join(root, "proc"), 0o755); err != nil {
		t.Fatal(err)
	}
	program, err := elf.Open(filepath.Join(root, run.Entrypoint[0]))
	if err != nil {
		t.Fatal(err)
	}
	defer program.Close()
	if program.Section(".interp") != nil {
		t.Fatal("chainsawctl needs a loader, which the image does not have: run `make build` again")
	}
	examples, err := filepath.Abs("../../examples")
	if err != nil {
		t.Fatal(err)
	}
	c := container{Root: root, Mounts: map[string]string{run.WorkingDir: examples}}
	for _, test := range []struct {
		path string
		code int
		says string
	}{
		{run.WorkingDir, 0, "no errors"},
		{"/nowhere", 1, "/nowhere"},
	} {
		c.Argv = append(run.Entrypoint, "validate", test.path)
		cmd := c.command(t)
		out, err := cmd.CombinedOutput()
		if errors.Is(err, unix.EPERM) {
			t.Skipf("run as root, or in a user namespace: %v", err)
		}
		if cmd.ProcessState.ExitCode() != test.code || !strings.Contains(string(out), test.says) {
			t.Errorf("validating %s: %v: %s", test.path, err, out)
		}
	}
}

// unpack makes the root file system of an image.
func unpack(t *testing.T, archive, root string) string {
	t.Helper()
	extract(t, mutate.Extract(open(t, archive)), root)
	return root
}

// open reads the one image of an archive.
func open(t *testing.T, archive string) v1.Image {
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
	image, err := perArch.Image(list.Manifests[0].Digest)
	if err != nil {
		t.Fatal(err)
	}
	return image
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
