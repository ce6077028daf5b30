package rootowned

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// place is one file of a test's tree.
type place struct {
	path string
	kind byte // 'd'irectory, 'f'ile, 'l'ink, 'p'ipe
	link string
	mode fs.FileMode
	uid  int
}

// tree makes places below a folder that is root's all the way, unlike
// t.TempDir's, and returns the folder.
func tree(t *testing.T, places []place) string {
	t.Helper()
	root, err := os.MkdirTemp("/var/lib", "rootowned-test-")
	if err != nil || os.Getuid() != 0 {
		t.Skipf("no right to make root's files in /var/lib: run as root: %v", err)
	}
	t.Cleanup(func() { os.RemoveAll(root) })
	for _, p := range places {
		if err := p.make(root); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func (p place) make(root string) error {
	path := filepath.Join(root, p.path)
	var err error
	switch p.kind {
	case 'd':
		err = os.Mkdir(path, 0o755)
	case 'f':
		err = os.WriteFile(path, []byte("content"), 0o644)
	case 'p':
		err = syscall.Mkfifo(path, 0o644)
	case 'l':
		err = os.Symlink(strings.ReplaceAll(p.link, "ROOT", root), path)
	}
	if err == nil && p.mode != 0 {
		err = os.Chmod(path, p.mode)
	}
	if err == nil && p.uid != 0 {
		err = os.Lchown(path, p.uid, 0)
	}
	return err
}

var places = []place{
	{path: "good", kind: 'd'},
	{path: "good/file", kind: 'f'},
	{path: "good/private", kind: 'f', mode: 0o600},
	{path: "good/fifo", kind: 'p'},
	{path: "good/theirs", kind: 'f', uid: 1234},
	{path: "good/group", kind: 'f', mode: 0o664},
	{path: "good/world", kind: 'f', mode: 0o646},
	{path: "group", kind: 'd', mode: 0o775},
	{path: "group/file", kind: 'f'},
	{path: "sticky", kind: 'd', mode: 0o777 | fs.ModeSticky},
	{path: "sticky/file", kind: 'f'},
	{path: "theirs", kind: 'd', uid: 1234},
	{path: "theirs/file", kind: 'f'},
	{path: "relative", kind: 'l', link: "good/file"},
	{path: "absolute", kind: 'l', link: "ROOT/good/file"},
	{path: "folder", kind: 'l', link: "good"},
	{path: "twice", kind: 'l', link: "folder/../good/file"},
	{path: "around", kind: 'l', link: "theirs/../good/file"},
	{path: "theirlink", kind: 'l', link: "good/file", uid: 1234},
	{path: "out", kind: 'l', link: "sticky/file"},
	{path: "dangling", kind: 'l', link: "nothing"},
	{path: "loop", kind: 'l', link: "loop"},
	{path: "pipe", kind: 'l', link: "good/fifo"},
}

func TestFile(t *testing.T) {
	root := tree(t, places)
	tests := []struct {
		path, says string // says is "" for a trusted path
	}{
		{"good/file", ""},
		{"good/private", ""},
		{"good/./../good//file", ""},
		{"relative", ""},
		{"absolute", ""},
		{"folder/file", ""},
		{"twice", ""},
		{"good", "good is no regular file"},
		{"good/fifo", "fifo is no regular file"},
		{"pipe", "fifo is no regular file"},
		{"good/theirs", "theirs belongs to uid 1234: chown root ROOT/good/theirs"},
		{"good/group", "group is writable by group 0: chmod g-w ROOT/good/group"},
		{"good/world", "world is writable by everyone: chmod go-w ROOT/good/world"},
		{"group/file", "ROOT/group is writable by group 0"},
		{"sticky/file", "ROOT/sticky is writable by everyone"},
		{"theirs/file", "ROOT/theirs belongs to uid 1234"},
		{"theirs/../good/file", "ROOT/theirs belongs to uid 1234"},
		{"around", "ROOT/theirs belongs to uid 1234"},
		{"theirlink", "theirlink belongs to uid 1234"},
		{"out", "ROOT/sticky is writable by everyone"},
		{"loop", "more than 40 symbolic links"},
		{"good/file/more", "file is no directory"},
	}
	for _, tt := range tests {
		t.Run(tt.path, func(t *testing.T) {
			path := root + "/" + tt.path
			says := strings.ReplaceAll(tt.says, "ROOT", root)
			for name, err := range map[string]error{"File": File(path), "Open": opens(path)} {
				if (err == nil) != (says == "") || err != nil && !strings.Contains(err.Error(), says) {
					t.Errorf("%s: %v, want %q", name, err, says)
				}
			}
		})
	}
}

func opens(path string) error {
	f, err := Open(path)
	if err == nil {
		f.Close()
	}
	return err
}

func TestMissing(t *testing.T) {
	root := tree(t, places)
	for _, path := range []string{"nothing", "nothing/more", "dangling"} {
		if err := File(root + "/" + path); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: %v, want %v", path, err, fs.ErrNotExist)
		}
	}
}

func TestRelativePath(t *testing.T) {
	for _, path := range []string{"", "file", "./file"} {
		if err := File(path); err == nil || !strings.Contains(err.Error(), "no absolute path") {
			t.Errorf("%q: %v", path, err)
		}
	}
}

func TestDir(t *testing.T) {
	root := tree(t, places)
	for path, trusted := range map[string]bool{
		"good": true, "good/": true, "folder": true, "": true,
		"good/file": false, "group": false, "theirs": false, "good/fifo": false,
	} {
		if err := Dir(root + "/" + path); (err == nil) != trusted {
			t.Errorf("%q: %v, want trusted %v", path, err, trusted)
		}
	}
}

func TestOpenReads(t *testing.T) {
	f, err := Open(tree(t, places) + "/twice")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if text, err := io.ReadAll(f); err != nil || string(text) != "content" {
		t.Errorf("%q, %v", text, err)
	}
}

func TestTempIsUntrusted(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := File(path); err == nil {
		t.Errorf("%s is trusted", path)
	}
}
