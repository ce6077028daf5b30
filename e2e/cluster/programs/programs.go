// Package programs gets the programs of other projects that the tests run:
// built from Go modules or unpacked from Debian packages, once, and kept in the
// user's cache.
//
// It installs nothing and starts none of them.
package programs

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/chainsaw-cni/chainsaw/e2e/cluster/lockdir"
)

// ErrUnreachable says that a program is not in the cache, and that what it is
// made of cannot be fetched.
var ErrUnreachable = errors.New("cannot be fetched from here, and is not in the cache")

// Get returns the paths of the programs by their names, of which those that the
// cache lacks are built first. Kubernetes takes minutes; progress goes to
// standard error. One process at a time builds.
func Get(ctx context.Context, names ...string) (map[string]string, error) {
	cache, err := cacheFolder()
	if err != nil {
		return nil, err
	}
	turn, err := lockdir.Wait(ctx, cache)
	if err != nil {
		return nil, fmt.Errorf("waiting for another process that builds in %s: %w", cache, err)
	}
	defer turn.Close()

	paths := make(map[string]string, len(names))
	for _, name := range names {
		made, ok := recipes[name]
		if !ok {
			return nil, fmt.Errorf("no recipe for a program called %s", name)
		}
		if paths[name], err = made.get(ctx, cache, name); err != nil {
			return nil, fmt.Errorf("getting %s: %w", name, err)
		}
	}
	return paths, nil
}

func cacheFolder() (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	cache = filepath.Join(cache, "chainsaw", "programs")
	return cache, os.MkdirAll(cache, 0o755)
}

// once makes the path unless it is there. make is given the path of something
// that becomes it when nothing went wrong.
func once(path string, produce func(partial string) error) error {
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	partial := path + ".partial"
	defer os.RemoveAll(partial)
	if err := errors.Join(os.RemoveAll(partial), os.MkdirAll(filepath.Dir(path), 0o755)); err != nil {
		return err
	}
	if err := produce(partial); err != nil {
		return err
	}
	return os.Rename(partial, path)
}

func progress(format string, args ...any) {
	fmt.Fprintf(os.Stderr, format+"\n", args...)
}
