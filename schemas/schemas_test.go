package schemas_test

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v5"

	"github.com/chainsaw-cni/chainsaw/schemas"
	"github.com/chainsaw-cni/chainsaw/shared/netconf"
	"github.com/chainsaw-cni/chainsaw/shared/variant"
)

const (
	home   = "https://chainsaw-cni.dev/schemas/"
	draft7 = "http://json-schema.org/draft-07/schema#"
)

func TestNames(t *testing.T) {
	want := []string{"annotation", "chainsaw", "chainsaw-filter", "chainsaw-inspect", "conflist", "policy", "rules"}
	if got := schemas.Names(); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestReadSaysWhatThereIs(t *testing.T) {
	if _, err := schemas.Read("network"); err == nil || !strings.Contains(err.Error(), "chainsaw-filter") {
		t.Errorf("the error does not name the schemas: %v", err)
	}
}

// Compiling checks a schema against its draft's own schema.
func TestEachSchemaStandsAlone(t *testing.T) {
	for _, name := range schemas.Names() {
		t.Run(name, func(t *testing.T) {
			compiler, address := load(t, name)
			compiler.LoadURL = func(url string) (io.ReadCloser, error) {
				return nil, fmt.Errorf("it asks for %s", url)
			}
			schema, err := compiler.Compile(address)
			if err != nil {
				t.Fatal(err)
			}
			if schema.Draft != jsonschema.Draft7 {
				t.Errorf("it is of %v", schema.Draft)
			}
			root := document(t, name)
			if root["$schema"] != draft7 || root["$id"] != address {
				t.Errorf("it says %v of itself, at %v", root["$schema"], root["$id"])
			}
		})
	}
}

func TestEveryPartIsDescribed(t *testing.T) {
	for _, name := range schemas.Names() {
		root := document(t, name)
		for path, part := range walk("#", root) {
			_, borrowed := part["$ref"]
			if text, _ := part["description"].(string); strings.TrimSpace(text) == "" && !borrowed && shown(path) {
				t.Errorf("%s%s has no description", name, path)
			}
			if descriptions, ok := part["enumDescriptions"].([]any); ok && len(descriptions) != len(part["enum"].([]any)) {
				t.Errorf("%s%s describes %d values of another number", name, path, len(descriptions))
			}
		}
	}
}

// shown tells whether an editor shows the description of the part at a path: of
// properties and list items, and of the definitions that they refer to.
func shown(path string) bool {
	steps := strings.Split(path, "/")
	if len(steps) < 2 {
		return true
	}
	above := steps[len(steps)-2]
	inCondition := slices.Contains(steps, "if") || slices.Contains(steps, "then")
	return !inCondition && (above == "properties" || above == "definitions" || steps[len(steps)-1] == "items")
}

func TestExamplesAndDefaultsAreValid(t *testing.T) {
	for _, name := range schemas.Names() {
		compiler, address := load(t, name)
		checked := 0
		for path, part := range walk("#", document(t, name)) {
			examples, _ := part["examples"].([]any)
			if value, ok := part["default"]; ok {
				examples = append(slices.Clone(examples), value)
			}
			for _, example := range examples {
				checked++
				if err := compiler.MustCompile(address + path).Validate(example); err != nil {
					t.Errorf("%s%s: the example %v: %v", name, path, example, err)
				}
			}
		}
		if checked == 0 {
			t.Errorf("%s has no examples", name)
		}
	}
}

func TestSchemasAndPluginsKnowTheSameKeys(t *testing.T) {
	for _, v := range variant.All {
		t.Run(v.String(), func(t *testing.T) {
			keys := properties(t, v.String())
			for _, key := range netconf.Keys {
				if !slices.Contains(keys, key) {
					t.Errorf("the plugin knows %q, and the schema does not describe it", key)
				}
			}
			for _, key := range keys {
				if key != "capabilities" && !known(key, v) { // that one is for the runtime
					t.Errorf("the schema describes %q, and the plugin does not know it", key)
				}
			}
		})
	}
}

// known tells whether a plugin knows a key: then it refuses it in capitals.
func known(key string, v variant.Variant) bool {
	doc, _ := json.Marshal(map[string]any{strings.ToUpper(key): nil})
	_, err := netconf.Decode(doc, v)
	return err != nil && strings.Contains(err.Error(), "could be mistaken for "+strconv.Quote(key))
}

// properties are the keys that the schema of a plugin describes: those of all
// plugins, and its own.
func properties(t *testing.T, name string) []string {
	t.Helper()
	definitions := document(t, name)["definitions"].(map[string]any)
	var keys []string
	for _, part := range []string{"plugin", name} {
		described := definitions[part].(map[string]any)["properties"].(map[string]any)
		keys = slices.AppendSeq(keys, maps.Keys(described))
	}
	return keys
}

func load(t *testing.T, name string) (compiler *jsonschema.Compiler, address string) {
	t.Helper()
	text, err := schemas.Read(name)
	if err != nil {
		t.Fatal(err)
	}
	compiler, address = jsonschema.NewCompiler(), home+name+".schema.json"
	if err := compiler.AddResource(address, strings.NewReader(string(text))); err != nil {
		t.Fatal(err)
	}
	return compiler, address
}

func document(t *testing.T, name string) map[string]any {
	t.Helper()
	text, err := schemas.Read(name)
	if err != nil {
		t.Fatal(err)
	}
	var root map[string]any
	if err := json.Unmarshal(text, &root); err != nil {
		t.Fatal(err)
	}
	return root
}

// walk lists the schemas inside of a schema, itself first, by their pointers.
func walk(path string, schema map[string]any) map[string]map[string]any {
	found := map[string]map[string]any{path: schema}
	descend := func(value any, steps ...string) {
		if inner, ok := value.(map[string]any); ok {
			maps.Copy(found, walk(path+"/"+strings.Join(steps, "/"), inner))
		}
	}
	for keyword, value := range schema {
		switch keyword {
		case "properties", "definitions":
			for name, inner := range value.(map[string]any) {
				descend(inner, keyword, escape.Replace(name))
			}
		case "allOf", "anyOf", "items":
			list, _ := value.([]any)
			for i, inner := range list {
				descend(inner, keyword, strconv.Itoa(i))
			}
			descend(value, keyword)
		case "if", "then", "else", "not", "additionalProperties", "additionalItems", "propertyNames":
			descend(value, keyword)
		}
	}
	return found
}

var escape = strings.NewReplacer("~", "~0", "/", "~1")
