// Package kubeconfig keeps a kubeconfig on the node, for plugins that ask the
// API server themselves while chainsawd is away. Only installations that opt in
// have it: it carries chainsawd's own token, which is bound to its pod and dies
// with it.
//
// It makes no tokens. The kubelet renews the pod's when a fifth of its time is
// left, and a copy follows within half a minute.
package kubeconfig

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/chainsaw-cni/chainsaw/shared/apihelper"
	"github.com/chainsaw-cni/chainsaw/shared/rootowned"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawd/internal/atomicfile"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawd/internal/kubeapi"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawd/internal/watch"
)

const (
	lookAgain = 30 * time.Second
	mode      = 0o600
)

// Paths are the places below the host's root where the plugins look, the usual
// one first.
func Paths(hostRoot string) []string {
	var paths []string
	for _, place := range apihelper.KubeconfigPaths {
		paths = append(paths, filepath.Join(hostRoot, place))
	}
	return paths
}

// Writer keeps a kubeconfig as it should be.
type Writer struct {
	Account kubeapi.Account
	Path    string // one of Paths
	Log     *slog.Logger
	Observe func(error) // told after each look, nil if all is well; may be nil
}

// Run writes the kubeconfig, unless it is there as it should be: now, when the
// kubelet has renewed the token or the CA, and from time to time, since somebody
// may have touched the file. It returns nil when ctx is done.
func (w Writer) Run(ctx context.Context) error {
	account := watch.Watch{Folders: []string{w.Account.Folder}, Every: lookAgain, Log: w.Log}
	account.Run(ctx, func() time.Duration {
		changed, err := w.apply()
		switch {
		case err != nil:
			w.Log.Warn("plugins that ask the API server themselves may be turned away", "error", err)
		case changed:
			w.Log.Info("wrote the kubeconfig", "path", w.Path)
		}
		return 0
	})
	return nil
}

func (w Writer) apply() (changed bool, err error) {
	changed, err = w.replace()
	if err != nil {
		err = fmt.Errorf("keeping the kubeconfig %s: %w", w.Path, err)
	}
	if w.Observe != nil {
		w.Observe(err)
	}
	return changed, err
}

func (w Writer) replace() (changed bool, err error) {
	wanted, err := content(w.Account)
	if err != nil {
		return false, err
	}
	folder := filepath.Dir(w.Path)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return false, err
	}
	if err := rootowned.Dir(folder); err != nil {
		return false, fmt.Errorf("no token is put where others may write: %w", err)
	}
	there, asItShould, err := read(w.Path)
	switch {
	case err != nil:
		return false, err
	case there != nil && !isOurs(there):
		return false, errors.New("it is not chainsawd's: move it away, or do not have chainsawd write one")
	case asItShould && bytes.Equal(there, wanted):
		return false, nil
	}
	if err := atomicfile.Sweep(w.Path); err != nil { // what is half written has a token, too
		return false, err
	}
	return true, atomicfile.Write(w.Path, mode, bytes.NewReader(wanted))
}

// read returns what is at path, nil if there is nothing, and whether it is
// readable by root alone.
func read(path string) (there []byte, asItShould bool, err error) {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	there, err = os.ReadFile(path)
	return there, info.Mode() == mode, err
}

// Remove takes the kubeconfig at path away, and tells whether there was one
// that chainsawd wrote. An administrator's own stays.
func Remove(path string) (removed bool, err error) {
	if err := atomicfile.Sweep(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return false, fmt.Errorf("removing the kubeconfig: %w", err)
	}
	there, _, err := read(path)
	if err != nil {
		return false, fmt.Errorf("removing the kubeconfig: %w", err)
	}
	if !isOurs(there) {
		return false, nil
	}
	return true, os.Remove(path)
}
