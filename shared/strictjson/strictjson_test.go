package strictjson

import (
	"errors"
	"strings"
	"testing"
)

func TestParseKeepsPlaces(t *testing.T) {
	doc := "{\n  \"a\": [1, \"zwei\"],\n  \"b\": {\"c\": null, \"d\": true}\n}"
	root, err := Parse([]byte(doc))
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name  string
		value *Value
		text  string
		kind  Kind
	}{
		{"the document", &root, doc, Object},
		{"a list", root.Field("a"), `[1, "zwei"]`, List},
		{"a number in a list", &root.Field("a").Items[0], "1", Number},
		{"a string in a list", &root.Field("a").Items[1], `"zwei"`, String},
		{"a nested object", root.Field("b"), `{"c": null, "d": true}`, Object},
		{"null", root.Field("b").Field("c"), "null", Null},
		{"a truth value", root.Field("b").Field("d"), "true", Bool},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := doc[test.value.Start:test.value.End]; got != test.text {
				t.Errorf("its place holds %q, want %q", got, test.text)
			}
			if test.value.Kind != test.kind {
				t.Errorf("kind = %s, want %s", test.value.Kind, test.kind)
			}
		})
	}
	if start := root.Members[1].Start; doc[start:start+3] != `"b"` {
		t.Errorf("the key b is said to begin at %q", doc[start:])
	}
}

func TestParseRefuses(t *testing.T) {
	deep := strings.Repeat("[", MaxDepth+1) + strings.Repeat("]", MaxDepth+1)
	for _, test := range []struct{ name, doc, want string }{
		{"nothing", "", "ends too early"},
		{"half a document", `{"a": [1,`, "ends too early"},
		{"a second document", `{} {}`, "line 1, column 4: something follows"},
		{"a comma behind the end", "{},\n", `line 1, column 3: something follows`},
		{"a colon behind the end", `{} :`, "something follows"},
		{"a trailing comma in a list", `[1,]`, "invalid character"},
		{"a duplicate key", `{"a":1,"b":2,"a":3}`, `line 1, column 14: the key "a" stands here a second time`},
		{"a duplicate key written with an escape", `{"ab":1,"\u0061b":2}`, `"ab" stands here a second time`},
		{"a duplicate key deep inside", `{"x":[{"a":1,"a":1}]}`, "second time"},
		{"bytes that are not UTF-8", "{\"a\": \"\xff\"}", "not UTF-8"},
		{"deep nesting", deep, "levels of nesting"},
		{"a hexadecimal number", `0x10`, "line 1"},
		{"a number with a leading zero", `[010]`, "invalid character"},
		{"single quotes", `['x']`, "line 1, column 2: invalid character '\\''"},
		{"a word", `{"a": yes}`, "line 1, column 7: invalid character 'y'"},
		{"a half word", `{"a": tru}`, "line 1, column 7: invalid character '}' in literal true"},
		{"a comment", `{} // no`, "something follows"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := Parse([]byte(test.doc))
			if err == nil {
				t.Fatal("it was read")
			}
			if got := Locate([]byte(test.doc), err).Error(); !strings.Contains(got, test.want) {
				t.Errorf("the error is %q, want it to say %q", got, test.want)
			}
		})
	}
}

func TestCaseTwinFoldsAsEncodingJSONDoes(t *testing.T) {
	for _, key := range []string{"RULES", "Rules", "rule\u017f", "ru\u006Ces "} {
		root, err := Parse([]byte(`{"` + key + `": 1}`))
		if err != nil {
			t.Fatal(err)
		}
		twin, of := root.CaseTwin("commands", "rules")
		if found := twin != nil; found != !strings.HasSuffix(key, " ") {
			t.Errorf("%q: twin found = %v, of %q", key, found, of)
		}
	}
	root, _ := Parse([]byte(`{"rules": 1}`))
	if twin, _ := root.CaseTwin("rules"); twin != nil {
		t.Error("a key is called its own twin")
	}
}

func TestFieldsRememberTheFirstError(t *testing.T) {
	doc := []byte(`{"list": ["a", 2], "mode": "fast", "on": "yes", "other": {}}`)
	root, err := Parse(doc)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name string
		read func(f *Fields)
		want string
	}{
		{"a wrong type in a list", func(f *Fields) { f.Texts(&root, "list") }, `line 1, column 16: "list" #2 must be a string, and it is a number`},
		{"a word that is none of those", func(f *Fields) { f.OneOf(&root, "mode", "slow", "slower") }, `"mode" is "fast", which is unknown; there are "slow", "slower"`},
		{"a word that is nearly one of those", func(f *Fields) { f.OneOf(&root, "mode", "slow", "past") }, `"mode" is "fast", which is unknown; did you mean "past"? (there are "slow", "past")`},
		{"no truth value", func(f *Fields) { f.Bool(&root, "on", false) }, `"on" must be true or false`},
		{"no object", func(f *Fields) { f.Object(&root, "mode") }, `"mode" must be an object, and it is a string`},
		{"an unknown key", func(f *Fields) { f.Known(&root, "list", "mode", "on") }, `the key "other" is unknown here; there are "list", "mode", "on"`},
		{"a misspelt key", func(f *Fields) { f.Known(&root, "lits", "mode", "on", "other") }, `the key "list" is unknown here; did you mean "lits"?`},
		{"only the first", func(f *Fields) { f.Bool(&root, "on", false); f.Text(&root, "list", "") }, `"on"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			var f Fields
			test.read(&f)
			if f.Err == nil {
				t.Fatal("nothing was found wrong")
			}
			if got := Locate(doc, f.Err).Error(); !strings.Contains(got, test.want) {
				t.Errorf("the error is %q, want it to say %q", got, test.want)
			}
		})
	}
}

func TestFieldsGiveDefaultsForWhatIsNotThere(t *testing.T) {
	root, _ := Parse([]byte(`{"null": null}`))
	var f Fields
	if f.Text(&root, "no", "x") != "x" || f.OneOf(&root, "no", "first", "second") != "first" ||
		!f.Bool(&root, "no", true) || f.Texts(&root, "no") != nil || f.Object(&root, "null") != nil || f.Err != nil {
		t.Errorf("a default is wrong, or %v", f.Err)
	}
}

func TestLocateLeavesOtherErrorsAlone(t *testing.T) {
	err := errors.New("something else")
	if got := Locate(nil, err); !errors.Is(got, err) || got.Error() != err.Error() {
		t.Errorf("Locate = %v", got)
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{`{"a":[1,2,{"b":null}]}`, `[]`, `"x"`, `{"a":1,"a":2}`, "\xff", `[[[[`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		root, err := Parse(doc)
		if err != nil {
			_ = Locate(doc, err).Error()
			return
		}
		inside(t, doc, &root, 0, len(doc))
	})
}

// inside proves that each value lies within its parent.
func inside(t *testing.T, doc []byte, v *Value, low, high int) {
	if v.Start < low || v.End > high || v.Start >= v.End {
		t.Fatalf("a value lies at [%d, %d) within [%d, %d) of %q", v.Start, v.End, low, high, doc)
	}
	for i := range v.Items {
		inside(t, doc, &v.Items[i], v.Start, v.End)
	}
	for i := range v.Members {
		inside(t, doc, &v.Members[i].Value, v.Members[i].Start, v.End)
	}
}
