package schemas_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// What the names of the corpus' folders promise. A schema cannot see that a key
// stands twice, nor reckon with what it reads: there, the plugin is the
// stricter of the two, and never the other way round.
var verdicts = []struct {
	folder         string
	schema, plugin bool // accept
}{
	{"valid", true, true},
	{"invalid", false, false},
	{"invalid-beyond-schema", true, false},
}

func TestSchemasAndPluginsAgreeOnTheCorpus(t *testing.T) {
	for _, k := range kinds {
		for _, want := range verdicts {
			for name, doc := range corpus(t, k, want.folder) {
				t.Run(filepath.Join(k.name, want.folder, name), func(t *testing.T) {
					if err := k.validate(doc); (err == nil) != want.schema {
						t.Errorf("the schema accepts it: %t, want %t (%v)", err == nil, want.schema, err)
					}
					if err := k.plugin(doc); (err == nil) != want.plugin {
						t.Errorf("the plugin accepts it: %t, want %t (%v)", err == nil, want.plugin, err)
					} else if want.schema && !want.plugin && !beyondSchema(err) {
						t.Errorf("the plugin refuses it for a reason that is not listed: %v", err)
					}
				})
			}
		}
	}
}

// reasons are the ends of the schemas' reach, as the plugins put them.
var reasons = []string{
	"stands here a second time",
	"not UTF-8",
	"levels of nesting",
	"write a duration",
	"is no prefix",
	"host bits",
	"two whole numbers", // 1.0 is one for a schema
	"the wrong way round",
	"there is no token",
	"has no argument or option", // of this object, though another has
	`"require" names`,
	"reading prevResult",
	insideText,
}

func beyondSchema(err error) bool {
	return slices.ContainsFunc(reasons, func(reason string) bool { return strings.Contains(err.Error(), reason) })
}

// corpus reads the documents of a folder, by name.
func corpus(tb testing.TB, k kind, folder string) map[string][]byte {
	tb.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", k.name, folder, "*.json"))
	if err != nil || len(files) == 0 {
		tb.Fatalf("there are no documents in %s/%s (%v)", k.name, folder, err)
	}
	documents := make(map[string][]byte)
	for _, file := range files {
		doc, err := os.ReadFile(file)
		if err != nil {
			tb.Fatal(err)
		}
		documents[strings.TrimSuffix(filepath.Base(file), ".json")] = doc
	}
	return documents
}
