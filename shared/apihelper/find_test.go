package apihelper

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chainsaw-cni/chainsaw/shared/rootowned/rootownedtest"
)

func TestFind(t *testing.T) {
	folder := rootownedtest.Folder(t)
	good, open, missing := filepath.Join(folder, "good"), filepath.Join(folder, "open"), filepath.Join(folder, "missing")
	for path, mode := range map[string]os.FileMode{good: 0o755, open: 0o777} {
		if err := os.WriteFile(path, nil, mode); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil { // whatever the umask
			t.Fatal(err)
		}
	}
	for name, test := range map[string]struct {
		places []string
		want   string
		says   string
	}{
		"takes the first":                        {places: []string{good, open}, want: good},
		"passes over what is not there":          {places: []string{missing, good}, want: good},
		"passes over what others can replace":    {places: []string{open, good}, want: good},
		"names what others can replace":          {places: []string{open, missing}, says: open + " is writable by everyone"},
		"passes over a path through a file":      {places: []string{good + "/x"}, says: good},
		"says when there is none, what is to do": {places: []string{missing}, says: ErrNotInstalled.Error()},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := find(test.places)
			if got != test.want || (err == nil) != (test.says == "") {
				t.Fatalf("find() = %q, %v", got, err)
			}
			if err != nil && !strings.Contains(err.Error(), test.says) {
				t.Errorf("got %q, want it to say %q", err, test.says)
			}
			if errors.Is(err, ErrNotInstalled) != (test.says == ErrNotInstalled.Error()) {
				t.Errorf("errors.Is(%q, ErrNotInstalled) is wrong", err)
			}
		})
	}
}
