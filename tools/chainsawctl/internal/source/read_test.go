package source

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// tree makes files in an empty folder and goes there: a name that ends in / is
// a folder, one with -> a link.
func tree(t *testing.T, names ...string) {
	t.Helper()
	t.Chdir(t.TempDir())
	for _, name := range names {
		name, target, isLink := strings.Cut(name, " -> ")
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		var err error
		switch {
		case isLink:
			err = os.Symlink(target, name)
		case !strings.HasSuffix(name, "/"):
			err = os.WriteFile(name, []byte("a: b\n"), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// found is the names of the files, and "NAME: problem" of what was not read.
func found(t *testing.T, stdin io.Reader, paths ...string) []string {
	t.Helper()
	var names []string
	for f, err := range Read(t.Context(), paths, stdin) {
		if err != nil {
			names = append(names, fmt.Sprintf("%s: %s", err.At.File.Name, err.Problem))
			continue
		}
		names = append(names, f.Name)
	}
	return names
}

func TestReadFinds(t *testing.T) {
	tree(t, "b.yml", "a.yaml", "readme.md", "deep/er/c.json", "deep/d.conf", "deep/e.conflist", "deep/f.txt", "other/g.yaml",
		"link.yaml -> other/g.yaml", "broken.yaml -> nowhere", "loop/up -> ..", "loop/out -> /usr", "loop/aside -> ../other", "loop/round.yaml -> round.yaml")
	if err := syscall.Mkfifo("fifo.yaml", 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name  string
		paths []string
		want  []string
	}{
		{"a file of any name", []string{"readme.md"}, []string{"readme.md"}},
		{"a folder", []string{"deep"}, []string{"deep/d.conf", "deep/e.conflist", "deep/er/c.json"}},
		{"what is named twice, once", []string{"deep/d.conf", "deep/", "./deep/../deep/d.conf"}, []string{"deep/d.conf", "deep/e.conflist", "deep/er/c.json"}},
		{"patterns", []string{"**/*.conf*", "{a,b}.y*"}, []string{"deep/d.conf", "deep/e.conflist", "a.yaml", "b.yml"}},
		{"folders by a pattern", []string{"d*/er"}, []string{"deep/er/c.json"}},
		{"stdin", []string{"-", "a.yaml", "-"}, []string{"<stdin>", "a.yaml"}},
		{"what is not there", []string{"no.yaml", "no*", "a.yaml"}, []string{"no.yaml: unreadable", "no*: unreadable", "a.yaml"}},
		{"a FIFO", []string{"fifo.yaml"}, []string{"fifo.yaml: unreadable"}},
		{"a device", []string{"/dev/zero"}, []string{"/dev/zero: unreadable"}},
		{"links", []string{"loop", "other"}, []string{"loop/round.yaml: unreadable", "other/g.yaml", "loop/out: not followed", "loop/up: not followed"}},
		{"everything", []string{"."}, []string{
			"a.yaml", "b.yml", "broken.yaml: unreadable", "deep/d.conf", "deep/e.conflist", "deep/er/c.json",
			"fifo.yaml: unreadable", "link.yaml", "loop/round.yaml: unreadable", "loop/out: not followed", "loop/up: not followed",
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := found(t, strings.NewReader("a: b"), test.paths...); !slices.Equal(got, test.want) {
				t.Errorf("Read(%q) finds %q, want %q", test.paths, got, test.want)
			}
		})
	}
}

func TestReadSaysWhatMayNotBeRead(t *testing.T) {
	tree(t, "a.yaml", "b/c.yaml")
	for _, path := range []string{"a.yaml", "b"} {
		if err := os.Chmod(path, 0); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = os.Chmod(path, 0o700) })
	}
	if f, err := os.Open("a.yaml"); err == nil {
		f.Close()
		t.Skip("this user may read everything")
	}
	want := []string{"a.yaml: unreadable", "b: unreadable"}
	if got := found(t, nil, "a.yaml", "b"); !slices.Equal(got, want) {
		t.Errorf("it finds %q, want %q", got, want)
	}
}

func TestReadTakesAPipeOfTheShell(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if _, err := w.WriteString("a: b\n"); err != nil {
		t.Fatal(err)
	}
	w.Close()
	path := fmt.Sprintf("/dev/fd/%d", r.Fd())
	if got := found(t, nil, path); !slices.Equal(got, []string{path}) {
		t.Errorf("it finds %q", got)
	}
}

func TestReadEndsWithItsContext(t *testing.T) {
	tree(t, "a.yaml", "b.yaml", "c.yaml")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	n := 0
	for range Read(ctx, []string{"."}, nil) {
		n++
		cancel()
	}
	if n != 1 {
		t.Errorf("%d files were read", n)
	}
}

// stream is documents without end, as far as one can tell.
type stream struct {
	documents int
	rest      []byte
	most      int // in bytes of one document
}

func (s *stream) Read(to []byte) (int, error) {
	if len(s.rest) == 0 {
		if s.documents == 0 {
			return 0, io.EOF
		}
		s.documents--
		s.rest = fmt.Appendf(nil, "---\n# Source: %d.yaml\nkind: Pod\nn: %d\ncni: %s\n", s.documents, s.documents, strings.Repeat("x", s.documents*7919%s.most))
	}
	n := copy(to, s.rest)
	s.rest = s.rest[n:]
	return n, nil
}

func TestLongStreamsComeInPieces(t *testing.T) {
	const documents = 500
	s := &stream{documents: documents, most: 8000}
	pieces, next := 0, documents
	for f, err := range Read(t.Context(), []string{"-"}, s) {
		if err != nil {
			t.Fatal(err)
		}
		pieces++
		if len(f.Text) > 3*pieceSize {
			t.Errorf("a piece has %d bytes", len(f.Text))
		}
		all, errs := f.Documents()
		if len(errs) > 0 {
			t.Fatal(errs)
		}
		for _, d := range all {
			next--
			n := d.Root.Get("n")
			line, column := f.Position(n.Span().Start)
			want := fmt.Sprintf("%d %d:4 %d.yaml n: %d", next, 5*(documents-1-next)+4, next, next)
			if got := fmt.Sprintf("%s %d:%d %s %s", n.Value, line, column, d.Name, f.Line(line)); got != want {
				t.Fatalf("the document is %q, want %q", got, want)
			}
		}
	}
	if next != 0 || pieces < 5 {
		t.Errorf("%d documents are missing, of %d pieces", next, pieces)
	}
}

func TestNoDocumentIsTooLongForMemory(t *testing.T) {
	tree(t)
	f, err := os.Create("large.yaml")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteString("kind: Pod\n---\n"); err != nil {
		t.Fatal(err)
	}
	if err := f.Truncate(1 << 40); err != nil { // which costs nothing
		t.Skip("this file system holds no large files: ", err)
	}
	var said []string
	for f, err := range Read(t.Context(), []string{"large.yaml"}, nil) {
		if err != nil {
			said = append(said, fmt.Sprint(err.At, " ", err.Problem))
		} else {
			said = append(said, string(f.Text))
		}
	}
	if want := []string{"kind: Pod\n", "large.yaml:2:1 too large"}; !slices.Equal(said, want) {
		t.Errorf("it is %q, want %q", said, want)
	}
}

func TestAStreamThatBreaksIsSaid(t *testing.T) {
	broken := errors.New("broken")
	stdin := io.MultiReader(strings.NewReader("a: b\n"), failing{&fs.PathError{Op: "read", Path: "x", Err: broken}})
	for f, err := range Read(t.Context(), []string{"-"}, stdin) {
		if !errors.Is(err, broken) || err.Error() != "this cannot be read: broken" {
			t.Errorf("it is %v, %v", f, err)
		}
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func TestPositionCountsAsEditorsDo(t *testing.T) {
	f := &File{Name: "x", Text: []byte("aé\r\n日本b\n\nz"), before: 10}
	for _, test := range []struct{ of, want string }{
		{"a", "x:11:1"}, {"\r", "x:11:3"}, {"日", "x:12:1"}, {"b", "x:12:3"}, {"z", "x:14:1"},
	} {
		at := bytes.Index(f.Text, []byte(test.of))
		if got := (Span{File: f, Start: at, End: at}).String(); got != test.want {
			t.Errorf("%q is at %s, want %s", test.of, got, test.want)
		}
	}
	for n, want := range map[int]string{10: "", 11: "aé", 12: "日本b", 13: "", 14: "z", 15: ""} {
		if got := f.Line(n); got != want {
			t.Errorf("line %d is %q, want %q", n, got, want)
		}
	}
	if line, column := (&File{Name: "unread"}).Position(5); line != 1 || column != 1 {
		t.Errorf("a file that was not read has %d:%d", line, column)
	}
}
