package source

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestDocumentsAreToldApart(t *testing.T) {
	for _, test := range []struct {
		name, file, text string
		want             []string // kind, name, line of each
	}{
		{"markers and comments", "", "# x\n---\n# y\n--- # z\nkind: A\n...\n# v\n---\n\n---\nkind: B\n", []string{"A  5", "B  11"}},
		{"a directive", "", "%YAML 1.1\n---\nkind: A\n...\n%TAG ! x\n---\nkind: B\n", []string{"A  3", "B  7"}},
		{"content behind the marker", "", "--- {kind: A}\n--- {kind: B}\n", []string{"A  1", "B  2"}},
		{"no marker in a longer word", "", "kind: A\nx: |\n  a\n  ---\n---x: y\n", []string{"A  1"}},
		{"CRLF", "", "---\r\nkind: A\r\n---\r\nkind: B\r\n", []string{"A  2", "B  4"}},
		{"a lone carriage return", "", "kind: A\r---\rkind: B\r", []string{"A  1", "B  1"}},
		{"a byte order mark", "", "\ufeffkind: A\n", []string{"A  1"}},
		{"names of helm", "", "---\n# Source: c/a.yaml\nkind: A\n---\n# Source: c/b.yaml\n---\nkind: B\n---\n# x\n# Source: c/c.yaml\nkind: C\nx: |\n# Source: no\n", []string{"A c/a.yaml 3", "B  7", "C c/c.yaml 11"}},
		{"lists", "", "kind: List\nitems:\n- kind: A\n- kind: BList\n  items: [{kind: C}, {kind: D}]\n- kind: E\n  items: [1]\n", []string{"A  3", "C  5", "D  5", "E  6"}},
		{"a list of one kind", "", "kind: PodList\nitems: [{metadata: {}}, 7, {kind: B}]\n", []string{"Pod  2", "  2", "B  2"}},
		{"a list without items", "", "kind: PodList\nitems:\n- items: x\n", []string{"Pod  3"}},
		{"an empty list", "", "kind: PodList\nitems: []\n", nil},
		{"JSON", "x.json", "{\"kind\": \"List\", \"items\": [\n{\"kind\": \"A\"}, {\"kind\": \"\\u0042\"}]}", []string{"A  2", "B  2"}},
		{"JSON in a stream", "", "---\n{\"kind\": \"A\\ud83e\\ude9a\"}\n---\n{kind: B}\n", []string{"A🪚  2", "B  4"}},
		{"a configuration", "x.conflist", "{\"plugins\": []}", []string{"  1"}},
		{"nothing", "", "\n# nothing\n---\n", nil},
		{"null", "", "~\n", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			documents, errs := (&File{Name: test.file, Text: []byte(test.text)}).AllDocuments()
			var got []string
			for _, d := range documents {
				line, _ := d.File.Position(d.Root.Span().Start)
				got = append(got, fmt.Sprint(d.Kind, " ", d.Name, " ", line))
			}
			if !slices.Equal(got, test.want) || len(errs) > 0 {
				t.Errorf("the documents are %q, want %q; %v", got, test.want, errs)
			}
		})
	}
}

func TestWhatCannotConcernChainsawIsPassedOver(t *testing.T) {
	for _, test := range []struct {
		text, kind string
		read       bool
	}{
		{"kind: Deployment # x\nmetadata:\n  kind: no\n", "Deployment", false},
		{"kind: 'Service'\nspec: {{ .Values }}\n", "Service", false},
		{`{"kind": "Service", "a": [{"kind": "no"}]}`, "Service", false},
		{"a: b\n", "", false},
		{"kind: Pod\nmetadata: {annotations: {k8s.v1.cni.cncf.io/networks: a}}", "Pod", true},
		{"kind: Pod\nmetadata: {annotations: {\"k8s.v1.\\x63ni.cncf.io/networks\": a}}", "Pod", true},
		{"kind: Pod\nmetadata: {annotations: {x: \"k8s.v1.c\\\n  ni.cncf.io/networks\"}}", "Pod", true},
		{"kind: A\nx: \"a\\\\b \\n \\\\x63\"\n", "A", false},
		{`{"type": "bridge"}`, "", true},
		{`{"plugins": [{"\u0074ype": "bridge"}]}`, "", true},
		{"type: bridge\n", "", false},
		{`{"type": "chainsw"}`, "", true},
		{"{\n// what it is\n\"type\": \"module\"}", "", false},
	} {
		t.Run(test.text, func(t *testing.T) {
			documents, errs := (&File{Text: []byte(test.text)}).Documents()
			if len(documents) != 1 || len(errs) > 0 {
				t.Fatalf("%d documents, %v", len(documents), errs)
			}
			if d := documents[0]; d.Kind != test.kind || (d.Root != nil) != test.read {
				t.Errorf("kind %q, read: %v; want %q, %v", d.Kind, d.Root != nil, test.kind, test.read)
			}
		})
	}
}

func TestKindsAreThoseOfKubectl(t *testing.T) {
	root := only(t, `[a, "1", 1, 1.5, 0x1f, 1e3, true, yes, "yes", 'on', off, ~, null, "", !!str 1, 2001-01-01, [], {}]`)
	want := []Kind{String, String, Number, Number, Number, Number, Bool, Bool, String, String, Bool, Null, Null, String, String, String, List, Map}
	for i, item := range root.Items {
		if item.Kind != want[i] {
			t.Errorf("%q is %s, want %s", item.Value, item.Kind, want[i])
		}
	}
}

func TestMergedMembersGiveWay(t *testing.T) {
	root := only(t, "a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc: {<<: [*a, *b], x: 0}\nd: {<<: *b}\n")
	var got []string
	for _, key := range []string{"c", "d"} {
		for _, m := range root.Get(key).Members {
			got = append(got, key+"."+m.Key.Value+"="+m.Value.Value)
		}
	}
	if want := "c.x=0 c.y=1 c.z=2 d.y=2 d.z=2"; strings.Join(got, " ") != want {
		t.Errorf("the members are %q, want %q", got, want)
	}
}

func TestDocumentsReportsTheRest(t *testing.T) {
	deep := strings.Repeat("[", MaxDepth+2) + strings.Repeat("]", MaxDepth+2)
	bomb := "a: &a [" + strings.Repeat("x,", 99) + "]\n"
	for c := 'b'; c < 'g'; c++ {
		bomb += fmt.Sprintf("%c: &%c [%s]\n", c, c, strings.Repeat(fmt.Sprintf("*%c,", c-1), 99))
	}
	climb := "a0: &a0 [x]\n"
	for i := range MaxDepth {
		climb += fmt.Sprintf("a%d: &a%d [*a%d]\n", i+1, i+1, i)
	}
	for _, test := range []struct {
		name, file, text string
		problem          Problem
		want             string
	}{
		{"a flow that nobody closes", "", "a: b\nkind: {a: b\nc: d\ne: f\ng: h\ni: j\n", Syntax, "<x>:2:1 did not find expected ',' or '}'"},
		{"a list that nobody closes", "", "a: b\nc: [d,\ne: [f]\n", Syntax, "<x>:2:1 did not find expected"},
		{"a quote that nobody closes", "", "a: b\nc: 'd\ne: f\n", Syntax, "<x>:2:1 found unexpected end of stream"},
		{"a quote that nobody closes, in a long text", "", "a: b\nc: 'd\n" + strings.Repeat("e: f\n", 99), Syntax, "<x>:2:1 found unexpected end of stream"},
		{"wrong indentation", "", "metadata:\n  name: a\n annotations:\n  b: c\n", Syntax, "<x>:3:2 did not find expected key"},
		{"wrong indentation of a list", "", "a:\n  - name: x\n\n  # why\n   value: y\n  - name: z\n", Syntax, "<x>:5:4 did not find expected '-'"},
		{"a block that ends early", "", "a:\n  b: |\n    x\n   y\n  c: d\n", Syntax, "<x>:4:4 did not find expected key"},
		{"something behind a quote", "", "a: b\nc: 'd' e\nf: g\n", Syntax, "<x>:2:1 did not find expected key"},
		{"a colon too many", "", "a: b\n# x\nc: d: e\nf: g\n", Syntax, "<x>:3:1 mapping values are not allowed"},
		{"a tab", "", "a:\n\tb: c\n", Syntax, "<x>:2:2 found character that cannot start any token"},
		{"a template's value", "", "a: b\nc: {{ .Values.x }}-d\ne: f\n", Syntax, "<x>:2:1 did not find expected key"},
		{"a template's condition", "", "a: b\n{{- if .Values.x }}\nc: d\n{{- end }}\n", Syntax, "<x>:2:1 could not find expected ':'; a template must be rendered first"},
		{"an escape that there is not", "", "a: b\nc: \"\\q\"\nd: e\n", Syntax, "<x>:2:1 found unknown escape character"},
		{"an unknown alias", "", "a: b\nc: *d\n", Syntax, "<x>:2:1 unknown anchor 'd' referenced"},
		{"a control character", "", "a: b\nc: d\x00\n", Syntax, `<x>:2:5 "\x00" stands here`},
		{"UTF-16", "", "\xff\xfea\x00", Syntax, `<x>:1:1 "\xff" stands here`},
		{"no JSON", "x.json", "{\n \"a\": 1,\n}", Syntax, "x.json:3:1 this is no JSON: invalid character '}'"},
		{"no JSON, but nearly", "", "{\n \"a\": \"\\q\"\n}", Syntax, "<x>:2:7 this is no JSON"},
		{"YAML in a file for JSON", "x.conf", "a: b", Syntax, "x.conf:1:1 this is no JSON"},
		{"a key twice", "", "a:\n  'b': 1\n  c: 2\n  b: 3\n", DuplicateKey, `<x>:4:3 the key "b" stands here a second time`},
		{"a key twice in JSON", "x.json", "{\"a\": 1,\n \"a\": 2}", DuplicateKey, `x.json:2:2 the key "a"`},
		{"deep nesting", "", "a: b\nc: " + deep, TooLarge, "<x>:2:104 lists and maps stand more than 100 levels deep"},
		{"nesting by aliases", "", climb, TooLarge, "<x>:100:12 lists and maps"},
		{"a bomb of aliases", "", bomb, TooLarge, "more than 524288 values"},
		{"an alias of itself", "", "a: &a [*a]", TooLarge, "<x>:1:8 the alias *a stands inside of what it repeats"},
		{"many values", "", "[" + strings.Repeat("a,", MaxValues) + "]", TooLarge, "<x>:1:1 this document holds more than 524288 values"},
		{"a long document", "", "a: " + strings.Repeat("b", MaxDocument), TooLarge, "longer than 16 MiB"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if test.file == "" {
				test.file = "<x>"
			}
			f := &File{Name: test.file, Text: []byte(test.text)}
			_, errs := f.AllDocuments()
			if len(errs) != 1 {
				t.Fatalf("the errors are %v", errs)
			}
			got := fmt.Sprint(errs[0].At, " ", errs[0])
			if errs[0].Problem != test.problem || !strings.Contains(strings.Replace(got, "this is no YAML: ", "", 1), test.want) {
				t.Errorf("it is %s: %q, want %s: %q", errs[0].Problem, got, test.problem, test.want)
			}
		})
	}
}

func TestOneBrokenDocumentSparesTheOthers(t *testing.T) {
	documents, errs := (&File{Text: []byte("a: {\n---\na: 1\na: 2\n---\nc: d\n")}).AllDocuments()
	if len(documents) != 2 || documents[0].Root.Get("a").Value != "1" || len(errs) != 2 {
		t.Errorf("%v, %v", documents, errs)
	}
}

// Windows' shells write it, and none of the words would be found in it.
func TestUTF16IsNotPassedOver(t *testing.T) {
	for _, text := range []string{"\xFF\xFEk\x00i\x00", "\xFE\xFF\x00k\x00i"} {
		_, errs := (&File{Text: []byte(text)}).Documents()
		if len(errs) != 1 || errs[0].Problem != Syntax || !strings.Contains(errs[0].Error(), "write UTF-8") {
			t.Errorf("%q: %v", text, errs)
		}
	}
}
