package source

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// extensions are those of the files that a folder is searched for.
var extensions = []string{".yaml", ".yml", ".json", ".conf", ".conflist"}

// folder reads what is in a folder, in the order of the names. Links to files
// are followed; those to folders are not, so that it ends, and stays within what
// was named.
func (w *walk) folder(path, place string) {
	entries, err := os.ReadDir(path)
	if err != nil {
		w.unreadable(path, err)
	}
	for _, e := range entries {
		name, below := filepath.Join(path, e.Name()), filepath.Join(place, e.Name())
		switch {
		case e.Type()&fs.ModeSymlink != 0:
			w.link(name)
		case e.IsDir():
			w.once(below, func() { w.folder(name, below) })
		case slices.Contains(extensions, filepath.Ext(name)):
			w.once(below, func() { w.file(name) })
		}
	}
}

func (w *walk) link(path string) {
	info, err := os.Stat(path)
	switch {
	case err == nil && info.IsDir():
		w.links = append(w.links, path)
	case !slices.Contains(extensions, filepath.Ext(path)):
	case err != nil:
		w.unreadable(path, err)
	default:
		w.entry(path, info)
	}
}

// unfollowed reports a link to a folder, unless it was read under its own name
// and the link makes no loop.
func (w *walk) unfollowed(link string) {
	target, err := resolve(link)
	if err != nil {
		w.unreadable(link, err)
		return
	}
	parent, err := resolve(filepath.Dir(link))
	if err != nil {
		w.unreadable(link, err)
		return
	}
	const slash = string(filepath.Separator)
	switch {
	case strings.HasPrefix(parent+slash, strings.TrimSuffix(target, slash)+slash):
		w.fail(link, NotFollowed, fmt.Errorf("this link leads back to %s, a folder that it is in: it is not followed", target))
	case !w.seen[target]:
		w.fail(link, NotFollowed, fmt.Errorf("this link leads to the folder %s, and is not followed: name the folder if it is to be read", target))
	}
}
