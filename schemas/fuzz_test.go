package schemas_test

import (
	"maps"
	"math/rand/v2"
	"regexp"
	"slices"
	"testing"
)

// fuzzed are the kinds that the plugins read by themselves: of a conflist, they
// see their own links, and libcni has its own ways with the rest.
var fuzzed = kinds[:4]

// TestSchemasAndPluginsAgreeOnMutations is FuzzAgreement for those who cannot
// wait: the same mutations on every run.
func TestSchemasAndPluginsAgreeOnMutations(t *testing.T) {
	const perDocument = 20
	random := rand.New(rand.NewPCG(1, 2))
	for _, k := range fuzzed {
		for _, doc := range allOf(t, k) {
			for range perDocument {
				agree(t, k, mutate(doc, randomEdits(random)))
			}
		}
	}
}

func FuzzAgreement(f *testing.F) {
	for i, k := range fuzzed {
		for _, doc := range allOf(f, k) {
			f.Add(uint8(i), doc, []byte{})
		}
	}
	f.Fuzz(func(t *testing.T, kind uint8, doc, edits []byte) {
		k := fuzzed[int(kind)%len(fuzzed)]
		agree(t, k, mutate(doc, edits))
	})
}

// agree wants that what the plugin accepts, the schema accepts; and where the
// schema accepts what the plugin refuses, that the reason is one of those that
// no schema can know.
func agree(t *testing.T, k kind, doc []byte) {
	t.Helper()
	if hugeNumber.Match(doc) {
		return // the validator would write it out
	}
	schemaErr, pluginErr := k.validate(doc), k.plugin(doc)
	if schemaErr != nil && pluginErr == nil {
		t.Errorf("%s: the plugin accepts what the schema refuses: %s\n%v", k.name, doc, schemaErr)
	}
	if schemaErr == nil && pluginErr != nil && !beyondSchema(pluginErr) {
		t.Errorf("%s: the schema accepts what the plugin refuses: %s\n%v", k.name, doc, pluginErr)
	}
}

var hugeNumber = regexp.MustCompile(`[eE][-+]?[0-9]{4}`)

// allOf is the whole corpus of a kind, in a fixed order.
func allOf(tb testing.TB, k kind) [][]byte {
	tb.Helper()
	var documents [][]byte
	for _, want := range verdicts {
		byName := corpus(tb, k, want.folder)
		for _, name := range slices.Sorted(maps.Keys(byName)) {
			documents = append(documents, byName[name])
		}
	}
	return documents
}

func randomEdits(random *rand.Rand) []byte {
	edits := make([]byte, 4*(1+random.IntN(3)))
	for i := range edits {
		edits[i] = byte(random.Uint32())
	}
	return edits
}
