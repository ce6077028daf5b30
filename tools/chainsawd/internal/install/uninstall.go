package install

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/chainsaw-cni/chainsaw/shared/nodepolicy"
	"github.com/chainsaw-cni/chainsaw/shared/spool"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawd/internal/atomicfile"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawd/internal/cnicache"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawd/internal/lock"
)

// Removal takes from a node what chainsawd put there, the plugins last: as long
// as a configuration names them, they should be found.
type Removal struct {
	CNIDirs    []string
	StateDir   string
	Kubeconfig string   // "" for none
	Caches     []string // cnicache.Folders()
	Lock       string   // lock.Path
	Force      bool     // although attachments are alive
	Out        io.Writer
}

// Run removes everything or, if it must not, nothing.
func (r Removal) Run() error {
	held, err := lock.Try(r.Lock)
	if errors.Is(err, lock.ErrHeld) {
		return fmt.Errorf("%w and would put back what is taken away: delete its DaemonSet first", err)
	}
	if err != nil {
		return err
	}
	defer held.Release()
	if err := r.checkLive(); err != nil {
		return err
	}
	if err := r.remove(); err != nil {
		return fmt.Errorf("uninstalling: %w: mend that and run this again", err)
	}
	r.sayWhatIsLeft()
	return nil
}

// checkLive is about pods that would otherwise not be able to end.
func (r Removal) checkLive() error {
	const consequence = `without the plugins the runtime cannot delete such pods: it will say "failed to find plugin" for ever`
	live, err := cnicache.Live(r.Caches, Plugins())
	switch {
	case err != nil:
		err = fmt.Errorf("%w: mount the folders; %s", err, consequence)
	case len(live) > 0:
		err = fmt.Errorf("%d attachments on this node, such as %s, were made with our plugins: drain the node, and take the plugins out of its net-attach-defs; %s",
			len(live), live[0], consequence)
	default:
		return nil
	}
	if r.Force {
		fmt.Fprintln(r.Out, "warning:", err)
		return nil
	}
	return fmt.Errorf("%w (--force uninstalls all the same)", err)
}

func (r Removal) remove() error {
	files := []string{helperPath(r.StateDir), ipPath(r.StateDir)}
	if r.Kubeconfig != "" {
		files = append([]string{r.Kubeconfig}, files...)
	}
	if err := r.removeFiles(files); err != nil {
		return err
	}
	for _, folder := range []string{librariesDir(r.StateDir), binDir(r.StateDir)} {
		if err := os.RemoveAll(folder); err != nil {
			return err
		}
	}
	return r.removeFiles(pluginPaths(r.CNIDirs))
}

func (r Removal) removeFiles(paths []string) error {
	for _, path := range paths {
		err := atomicfile.Remove(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		fmt.Fprintln(r.Out, "removed", path)
	}
	return nil
}

// sayWhatIsLeft names what others may still want.
func (r Removal) sayWhatIsLeft() {
	fmt.Fprintf(r.Out, "left in place: %s, so that the caps hold should the plugins come back, and %s, with the reports that nobody has read; remove them by hand\n",
		nodepolicy.DaemonPath, spool.Dir)
}
