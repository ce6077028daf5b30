package programs

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// debianFile is a file of a Debian package.
type debianFile struct{ pkg, path string }

func (d debianFile) get(ctx context.Context, cache, _ string) (string, error) {
	root, err := unpack(ctx, cache, d.pkg)
	return filepath.Join(root, d.path), err
}

// unpack returns a folder with the files of a Debian package, in the version
// that the machine's own sources offer.
func unpack(ctx context.Context, cache, pkg string) (string, error) {
	root := filepath.Join(cache, "debian", pkg)
	return root, once(root, func(partial string) error {
		progress("fetching Debian's %s", pkg)
		folder, err := os.MkdirTemp("", "chainsaw-debian-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(folder)
		if err := run(ctx, folder, "apt-get", "download", "-qq", pkg); err != nil {
			return fmt.Errorf("the package %s of Debian %w; `apt-get update` may help: %w", pkg, ErrUnreachable, err)
		}
		files, err := filepath.Glob(filepath.Join(folder, "*.deb"))
		if err != nil || len(files) != 1 {
			return fmt.Errorf("apt-get download left %d files, want one package (%w)", len(files), err)
		}
		return run(ctx, folder, "dpkg-deb", "--extract", files[0], partial)
	})
}

func run(ctx context.Context, dir, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", name, err, out)
	}
	return nil
}
