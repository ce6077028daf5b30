package source

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chainsaw-cni/chainsaw/shared/strictjson"
)

// only is the one document of a text.
func only(t *testing.T, text string) *Node {
	t.Helper()
	documents, errs := (&File{Name: "x.yaml", Text: []byte(text)}).AllDocuments()
	if len(errs) > 0 || len(documents) != 1 {
		t.Fatalf("%d documents and %v from\n%s", len(documents), errs, text)
	}
	return documents[0].Root
}

// TestJSONInsideEveryStyle points at one word of a command, in a list in JSON,
// in a scalar: at line:column and what is written there.
func TestJSONInsideEveryStyle(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"single-quoted", `v: '["ip a", "ip wrong''s"]'`, `1:18 "wrong''s"`},
		{"single-quoted over lines", "v: '[\"ip a\",\n\n  \"ip\n  wrong''s\"]'", `4:3 "wrong''s"`},
		{"double-quoted", `v: "[\"ip a\", \"ip \x77rong's\"]"`, `1:21 "\\x77rong's"`},
		{"double-quoted, cut in two", "v: \"[\\\"ip a\\\", \\\"ip wro\\\n   ng's\\\"]\"", "1:21 \"wro\\\\\\n   ng's\""},
		{"literal", "v: |\n  [\n    \"ip a\", \"ip wrong's\"\n  ]\n", `3:17 "wrong's"`},
		{"folded", "v: >-\n  [\"ip a\",\n  \"ip\n  wrong's\"]\n", `4:3 "wrong's"`},
		{"folded, with an escape of JSON", "v: >\n  [\"\", \"ip \\u0077ron\\u0067's\"]\n", `2:12 "\\u0077ron\\u0067's"`},
		{"CRLF", "v: >-\r\n  [\"ä\",\r\n  \"ip\r\n  wrong's\"]\r\n", `4:3 "wrong's"`},
		{"an anchor and a tag", "v: &a !!str\n  '[\"ip a\", \"ip wrong''s\"]'\nw: *a", `2:17 "wrong''s"`},
		{"an alias", "w: &a |\n  [\"ip\",\"ip wrong's\"]\nv: *a", `2:13 "wrong's"`},
		{"a merged map", "w: &a {v: '[\"\",\"ip wrong''s\"]'}\nx: {<<: *a}\nv: ''\n", ``},
		{"flow style", "{w: é, v: '[\"\", \"ip wrong''s\"]'}", `1:21 "wrong''s"`},
		{"a complex key", "? w\n? v\n:\n  '[\"\", \"ip wrong''s\"]'", `4:13 "wrong''s"`},
		{"many bytes a character", `v: '["日本🪚", "ip wrong''s"]'`, `1:17 "wrong''s"`},
		{"JSON in JSON", `{"v": "[\"\", \"ip \\u0077rong's\"]"}`, `1:20 "\\\\u0077rong's"`},
		{"surrogates in JSON in JSON", `{"v": "[\"🪚\ud83e\ude9a\", \"ip wrong's\"]"}`, `1:33 "wrong's"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			text := only(t, test.text).Get("v").Text()
			if test.want == "" {
				text = only(t, test.text).Get("x", "v").Text()
				test.want = `1:20 "wrong''s"`
			}
			list, err := strictjson.Parse([]byte(text.Value))
			if err != nil {
				t.Fatalf("%v in %q", err, text.Value)
			}
			command := text.JSON(&list.Items[1])
			if command.Value != "ip wrong's" {
				t.Errorf("the command is %q", command.Value)
			}
			at := strings.Index(command.Value, "wrong's")
			span := command.Span(at, at+len("wrong's"))
			line, column := span.File.Position(span.Start)
			if got := fmt.Sprintf("%d:%d %q", line, column, span.Text()); got != test.want {
				t.Errorf("it is at %s, want %s", got, test.want)
			}
		})
	}
}

func TestJSONOfOtherValues(t *testing.T) {
	text := only(t, `v: '{"k\u0065y": [12, true, ""], "": {}}'`).Get("v").Text()
	object, err := strictjson.Parse([]byte(text.Value))
	if err != nil {
		t.Fatal(err)
	}
	items := object.Members[0].Value.Items
	for _, test := range []struct {
		name           string
		got            Text
		value, written string
	}{
		{"a key", text.JSONKey(&object.Members[0]), "key", `k\u0065y`},
		{"an empty key", text.JSONKey(&object.Members[1]), "", `""`},
		{"a number", text.JSON(&items[0]), "12", "12"},
		{"a truth value", text.JSON(&items[1]), "true", "true"},
		{"an empty string", text.JSON(&items[2]), "", `""`},
		{"a list", text.JSON(&object.Members[0].Value), `[12, true, ""]`, `[12, true, ""]`},
	} {
		t.Run(test.name, func(t *testing.T) {
			written := test.got.Span(0, len(test.got.Value))
			if test.value == "" { // there is nothing in it to point at
				written = test.got.Span(0, 0)
			}
			if test.got.Value != test.value || written.Text() != test.written {
				t.Errorf("it is %q, written %q; want %q, written %q", test.got.Value, written.Text(), test.value, test.written)
			}
		})
	}
}

// TestJSONEscapesAreThoseOfTheParser holds the decoding against strictjson's.
func TestJSONEscapesAreThoseOfTheParser(t *testing.T) {
	const written = `"\b\f\n\r\t\"\\\/\u00e9\ud83e\ude9a\ud83eX\ude9a\ud83e\u0041ä"`
	v, err := strictjson.Parse([]byte(written))
	if err != nil {
		t.Fatal(err)
	}
	text := only(t, "v: '"+written+"'").Get("v").Text()
	if got := text.JSON(&v).Value; got != v.Text {
		t.Errorf("%q was read as %q", v.Text, got)
	}
}

func TestSpanOfNodes(t *testing.T) {
	root := only(t, "a: &x 'b c'\n\"d\": [1, {e: f}]\ng: |\n  h\n  i\nj: *x\nk: {}\nl: {m: *x}\nn: !!str\n")
	for _, test := range []struct {
		name string
		node *Node
		want string
	}{
		{"a quoted scalar, without its anchor", root.Get("a"), "'b c'"},
		{"a key", root.Member("d").Key, `"d"`},
		{"a list", root.Get("d"), "[1, {e: f"},
		{"a block", root.Get("g"), "|\n  h\n  i\n"},
		{"an alias", root.Get("j"), "'b c'"},
		{"an empty map", root.Get("k"), "{"},
		{"a map that ends in an alias", root.Get("l"), "{"},
		{"an empty value", root.Get("n"), "!"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := test.node.Span().Text(); got != test.want {
				t.Errorf("it is at %q, want %q", got, test.want)
			}
		})
	}
}

func TestAloneIsTheSamePlace(t *testing.T) {
	f := &File{Name: "a", Text: []byte("é\nthe second line\nthe third\n" + strings.Repeat("x", 2*maxAlone)), before: 7}
	for _, at := range []Span{{f, 0, 2}, {f, 7, 13}, {f, 7, 24}, {f, 3, 3}, {f, len(f.Text) - 5, len(f.Text)}} {
		alone := at.Alone()
		if alone.String() != at.String() || alone.Text() != at.Text() {
			t.Errorf("%s (%q) became %s (%q)", at, at.Text(), alone, alone.Text())
		}
		if len(alone.File.Text) > maxAlone && alone.File != f {
			t.Errorf("%s was copied with %d bytes", at, len(alone.File.Text))
		}
	}
	if short := (Span{f, 7, 13}).Alone(); len(short.File.Text) != len("the second line\n") {
		t.Errorf("it holds on to %q", short.File.Text)
	}
}
