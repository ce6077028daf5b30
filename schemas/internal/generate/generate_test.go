package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestPublishedSchemasAreUpToDate(t *testing.T) {
	schemas, err := bundle("../../" + source)
	if err != nil {
		t.Fatal(err)
	}
	published, err := filepath.Glob("../../*.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	if len(published) != len(schemas) {
		t.Errorf("%d schemas are published, and there are sources of %d", len(published), len(schemas))
	}
	for name, want := range schemas {
		if got, err := os.ReadFile("../../" + name); err != nil || string(got) != string(want) {
			t.Errorf("%s is not what its source makes (%v): run `go generate` in schemas/", name, err)
		}
	}
}

func TestAnyCaseIsWhatUnicodeFolds(t *testing.T) {
	pattern := regexp.MustCompile("^" + anyCase("socket_path") + "$")
	for _, test := range []struct {
		key  string
		twin bool
	}{
		{"socket_path", true},
		{"SOCKET_PATH", true},
		{"\u017focket_path", true},
		{"soc\u212aet_path", true},
		{"socket-path", false},
		{"socketpath", false},
		{"s\u00f6cket_path", false},
	} {
		t.Run(test.key, func(t *testing.T) {
			if folds := strings.EqualFold(test.key, "socket_path"); folds != test.twin {
				t.Fatalf("Unicode folds it: %t", folds)
			}
			if got := pattern.MatchString(test.key); got != test.twin {
				t.Errorf("the pattern matches: %t, want %t", got, test.twin)
			}
		})
	}
}

func TestBundleRefusesAReferenceToNothing(t *testing.T) {
	_, err := definitions{}.complete("x.schema.json", []byte(`{"$ref": "#/definitions/missing"}`))
	if err == nil || !strings.Contains(err.Error(), `"missing"`) {
		t.Errorf("got %v", err)
	}
}

func TestLayOutKeepsListsOfWordsOnOneLine(t *testing.T) {
	got, err := layOut([]byte(`{"pattern":"[\n a ]","enum":["a, [b]","c\"d"],"list":[{"x":[1,-2.5e3,true]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	const want = `{
  "pattern": "[\n a ]",
  "enum": ["a, [b]", "c\"d"],
  "list": [
    {
      "x": [1, -2.5e3, true]
    }
  ]
}
`
	if string(got) != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
