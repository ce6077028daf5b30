package source

import (
	"os"
	"path/filepath"
	"testing"
)

// FuzzDocuments holds for any text whatever: nothing panics, every place lies
// in the file, and every scalar is found as the YAML library decoded it.
func FuzzDocuments(f *testing.F) {
	for _, seed := range []string{
		"", "a: b", "- [x, {y: 'z'}]\n", "a: &x\n  b: c\nd: *x\n", "<<: {a: 1}\n", "? [a]\n: b\n", "--- >1-\n\n  a\n b\n...\n--- b\n",
		"a: \"\\x41\\\r\n b\"\r\n", "a: |+2\n\n    b\n   c\n\n\nd: >\n x\n  y\n z\n", "\ufeffa: 'b\n\n  c'\n", "a\u0085b: \"c\u2028 d\"", "a:\rb\r---\rc",
		`{"cni": "\ud83e\ude9a\/"}`, `{"type": 1, "type": [true, null]}`, "\xff\xfea\x00", "%TAG ! x\n---\n!y z", "kind: List\nitems: [{kind: cni}]",
	} {
		f.Add([]byte(seed))
	}
	examples, err := filepath.Glob("../../../../examples/*.yaml")
	if err != nil || len(examples) == 0 {
		f.Fatal("there are no examples to start from", err)
	}
	for _, example := range examples {
		text, err := os.ReadFile(example)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, name := range []string{"x.yaml", "x.json"} {
			file := &File{Name: name, Text: text}
			for p := range parts(text) {
				roots, errs := parse(file, p)
				for _, err := range errs {
					inside(t, err.At)
				}
				for _, root := range roots {
					exact(t, root)
				}
			}
		}
	})
}

func inside(t *testing.T, s Span) {
	if s.Start < 0 || s.End < s.Start || s.End > len(s.File.Text) {
		t.Fatalf("[%d, %d) is not within %q", s.Start, s.End, s.File.Text)
	}
	if line, column := s.File.Position(s.Start); line < 1 || column < 1 {
		t.Fatalf("line %d, column %d", line, column)
	}
}

func exact(t *testing.T, n *Node) {
	inside(t, n.Span())
	for _, item := range n.Items {
		exact(t, item)
	}
	for _, m := range n.Members {
		exact(t, m.Key)
		exact(t, m.Value)
	}
	if !n.isScalar() {
		return
	}
	text := n.Text()
	for from := range len(text.Value) {
		inside(t, text.Span(from, from+1))
	}
	if n.style == jsonValue {
		if text.Value != n.Value {
			t.Fatalf("%q was read as %q", n.Value, text.Value)
		}
	} else if s := n.scan(); string(s.value) != n.Value {
		t.Fatalf("the value %q (style %d) was read as %q in %q", n.Value, n.style, s.value, n.file.Text)
	}
}
