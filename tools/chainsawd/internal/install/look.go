package install

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/chainsaw-cni/chainsaw/shared/rootowned"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawd/internal/ipstage"
)

// look mends what is not as it should be.
func (i *Installer) look() (mended bool, err error) {
	own, err := i.ownPlaces()
	if err != nil {
		i.Log.Error("nothing could be installed", "error", err)
		i.observe(i.StateDir, Failed)
		return false, err
	}
	mended, err = i.ensureAll(own)
	if err != nil {
		return mended, err
	}
	for _, dir := range i.CNIDirs {
		i.warnOf(dir)
	}
	var plugins []place
	for _, path := range pluginPaths(i.CNIDirs) {
		plugins = append(plugins, fromFile(path, filepath.Join(i.Source, filepath.Base(path))))
	}
	mendedToo, err := i.ensureAll(plugins)
	mended = mended || mendedToo
	if !mended && err == nil {
		err = i.removeOldLibraries()
	}
	return mended, err
}

// ensureAll goes on after a failure: one folder that is broken must not keep
// the plugins from another.
func (i *Installer) ensureAll(places []place) (mended bool, err error) {
	var errs []error
	for _, p := range places {
		change, err := i.ensure(p)
		errs = append(errs, err)
		mended = mended || change == Installed || change == Restored
		i.observe(p.path, change)
	}
	return mended, errors.Join(errs...)
}

func (i *Installer) observe(path string, change Change) {
	if i.Observe != nil {
		i.Observe(path, change)
	}
}

func (i *Installer) ensure(p place) (Change, error) {
	known, wasThere := i.seen[p.path]
	now, mended, err := p.ensure(known)
	if err != nil {
		i.Log.Error("a file could not be installed", "path", p.path, "error", err)
		return Failed, err
	}
	if i.seen == nil {
		i.seen = map[string]fingerprint{}
	}
	i.seen[p.path] = now
	switch {
	case !mended:
		return InPlace, nil
	case wasThere:
		i.Log.Warn("somebody removed or changed a file of ours: it has been put back", "path", p.path)
		return Restored, nil
	}
	i.Log.Info("installed", "path", p.path)
	return Installed, nil
}

// ownPlaces are the files below our own folder. The program `ip` is last: what
// it needs is there before.
func (i *Installer) ownPlaces() ([]place, error) {
	if err := i.planStage(); err != nil {
		return nil, err
	}
	folders := []string{i.StateDir, binDir(i.StateDir), librariesDir(i.StateDir)}
	if i.stage.Libraries != "" {
		folders = append(folders, i.stage.Libraries)
	}
	for _, folder := range folders {
		if err := makeFolder(folder); err != nil {
			return nil, fmt.Errorf("making a folder for what the plugins execute: %w", err)
		}
		if err := rootowned.Dir(folder); err != nil {
			return nil, fmt.Errorf("what the plugins execute must lie where only root can write: %w", err)
		}
	}
	places := []place{fromFile(helperPath(i.StateDir), filepath.Join(i.Source, Helper))}
	for _, f := range i.stage.Files {
		places = append(places, fromFile(filepath.Join(i.stage.Libraries, f.Name), f.Source))
	}
	return append(places, fromBytes(ipPath(i.StateDir), i.stage.Program)), nil
}

// planStage reads the image's `ip`, which does not change, once.
func (i *Installer) planStage() (err error) {
	if i.stage == nil {
		i.stage, err = ipstage.Plan(i.IP, librariesDir(i.StateDir))
	}
	return err
}

// removeOldLibraries removes those of an `ip` that has been replaced. It is for
// a look that found nothing to do: by then nobody starts the old one any more.
func (i *Installer) removeOldLibraries() error {
	folders, err := os.ReadDir(librariesDir(i.StateDir))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, folder := range folders {
		path := filepath.Join(librariesDir(i.StateDir), folder.Name())
		if path == i.stage.Libraries {
			continue
		}
		if err := os.RemoveAll(path); err != nil {
			return fmt.Errorf("removing old libraries: %w", err)
		}
	}
	return nil
}

// warnOf says once that a CNI folder is not root's alone. That is the node's
// weakness, and not ours: all plugins there run as root.
func (i *Installer) warnOf(dir string) {
	err := rootowned.Dir(dir)
	if err == nil || i.warned[dir] {
		return
	}
	if i.warned == nil {
		i.warned = map[string]bool{}
	}
	i.warned[dir] = true
	i.Log.Warn("NOT ONLY ROOT CAN WRITE TO THE CNI FOLDER: who can is root on this node, by what the runtime executes from there",
		"folder", dir, "error", err)
}
