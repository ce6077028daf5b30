// Package install keeps the plugins in the node's CNI folders, and the helper
// and an `ip` in a folder of root's beside them. It puts them there, puts them
// back when somebody removes or replaces them, and takes them away when it is
// told to, and only then: the end of a chainsawd is no reason, since an upgrade
// looks the same.
//
// It makes no configuration of CNI: net-attach-defs name the plugins. The node's
// policy is package policyfile's, and must be in force before.
package install

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"

	"github.com/chainsaw-cni/chainsaw/tools/chainsawd/internal/ipstage"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawd/internal/watch"
)

// Installer keeps the files in their places. Paths are the node's: chainsawd
// sees the node's folders under their own names. It is for one goroutine, of
// the chainsawd that holds the lock; only Preflight is for others too.
type Installer struct {
	Source   string   // folder with the executables to install
	CNIDirs  []string // see CNIDir
	StateDir string
	IP       string // the `ip` to stage: the image's own
	Log      *slog.Logger
	Observe  func(path string, change Change) // hears of every file at every look; may be nil
	Looked   func(err error)                  // hears what each look of Run has come to; may be nil

	stage  *ipstage.Stage         // from the first look on
	seen   map[string]fingerprint // files that have been in place
	warned map[string]bool        // folders that have been warned of
	pace   pace
}

// Change is what a look did about one file. The values are those of a metric.
type Change string

// What becomes of a file.
const (
	InPlace   Change = "in-place"  // nothing had to be done
	Installed Change = "installed" // for the first time in this process
	Restored  Change = "restored"  // somebody had removed or changed it since
	Failed    Change = "failed"
)

// Changes lists them all.
func Changes() []Change { return []Change{InPlace, Installed, Restored, Failed} }

// Preflight tells whether Apply is likely to succeed, and touches nothing: for
// a chainsawd that waits for the lock, and calls itself ready meanwhile.
func (i *Installer) Preflight() error {
	var errs []error
	for _, name := range append(Plugins(), Helper) {
		if _, err := os.Stat(filepath.Join(i.Source, name)); err != nil {
			errs = append(errs, fmt.Errorf("the image lacks an executable: %w", err))
		}
	}
	_, err := ipstage.Plan(i.IP, librariesDir(i.StateDir))
	errs = append(errs, err)
	for _, dir := range append([]string{i.StateDir}, i.CNIDirs...) {
		errs = append(errs, writable(dir))
	}
	return errors.Join(errs...)
}

func writable(dir string) error {
	err := unix.Faccessat(unix.AT_FDCWD, dir, unix.W_OK|unix.X_OK, unix.AT_EACCESS)
	if err != nil {
		return fmt.Errorf("%s cannot be written: mount it, and choose the profile of this kind of node: %w", dir, err)
	}
	return nil
}

// Apply brings every file to its place. What the plugins need comes before the
// plugins: if that fails, they are left as they are.
func (i *Installer) Apply() error {
	_, err := i.look()
	return err
}

// every is how long the loss of a plugin may go unheard.
const every = time.Minute

// Run keeps the files in place until ctx ends. It is for after Apply.
func (i *Installer) Run(ctx context.Context) error {
	w := watch.Watch{Folders: append([]string{binDir(i.StateDir)}, i.CNIDirs...), Every: every, Log: i.Log}
	w.Run(ctx, func() time.Duration {
		mended, err := i.look()
		if i.Looked != nil {
			i.Looked(err)
		}
		rest := i.pace.rest(time.Now(), mended || err != nil)
		if mended && i.pace.fighting() {
			i.Log.Error("somebody else keeps replacing our files: remove the other installer, or give it another folder", "rest", rest)
		}
		return rest
	})
	return nil
}
