package lint

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v5"

	"github.com/chainsaw-cni/chainsaw/schemas"
	"github.com/chainsaw-cni/chainsaw/shared/netconf"
	"github.com/chainsaw-cni/chainsaw/shared/strictjson"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/chain"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/finding"
)

// text is the schema of a network configuration list as a document, without
// what [unread] takes out of a list: half of a short run would go into the
// patterns of the rules.
var text = sync.OnceValue(func() map[string]any {
	doc, err := schemas.Read("conflist")
	if err != nil {
		panic(err) // it is embedded
	}
	var root map[string]any
	if err := json.Unmarshal(doc, &root); err != nil {
		panic(err)
	}
	definitions, _ := root["definitions"].(map[string]any)
	for _, d := range definitions {
		definition, _ := d.(map[string]any)
		properties, _ := definition["properties"].(map[string]any)
		maps.DeleteFunc(properties, isReadKey)
	}
	for _, ofRules := range []string{"rules", "rule", "allow", "argument", "limit", "prefix", "noRules"} {
		delete(definitions, ofRules)
	}
	return root
})

// explain is the sentence that the schema itself has for a keyword that refused
// a value, or else about the value.
func explain(location string) string {
	_, path, _ := strings.Cut(location, "#/")
	at, sentence := any(text()), "see `chainsawctl schema print conflist`"
	for step := range strings.SplitSeq(path, "/") {
		switch v := at.(type) {
		case map[string]any:
			for _, key := range []string{"description", "errorMessage"} {
				if said, ok := v[key].(string); ok {
					sentence = said
				}
			}
			at = v[unescape.Replace(step)]
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i >= len(v) {
				return sentence
			}
			at = v[i]
		}
	}
	return sentence
}

// conflist is the schema of a network configuration list, which has those of
// the plugins in it.
var conflist = sync.OnceValue(func() *jsonschema.Schema {
	const name = "conflist"
	doc, err := json.Marshal(text())
	if err != nil {
		panic(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource(name, bytes.NewReader(doc)); err != nil {
		panic(err)
	}
	return compiler.MustCompile(name)
})

// rest reports what the published schema or the runtime's library refuses, and
// nothing else did: their messages are the poorest.
func (c *check) rest(o object) {
	if o.value.Field("plugins") == nil || slices.ContainsFunc(c.found, func(f finding.Finding) bool { return f.Severity == finding.Error }) {
		return
	}
	if huge := hugeNumber(&o.value); huge != nil {
		c.add(configValue, o.text.Span(huge.Start, huge.End), "hardly any program can hold this number: write a smaller one")
		return
	}
	if refused, ok := errors.AsType[*jsonschema.ValidationError](conflist().Validate(unread(&o.value))); ok {
		for len(refused.Causes) > 0 {
			refused = refused.Causes[0]
		}
		at := find(&o.value, refused.InstanceLocation)
		c.add(configValue, o.text.Span(at.Start, at.End), "this value may not stand here: %s", explain(refused.AbsoluteKeywordLocation))
		return
	}
	if o.value.Field("name") == nil { // Multus fills it in
		return
	}
	if _, err := chain.Parse([]byte(o.text.Value)); err != nil {
		c.add(configValue, o.valuePlace(""), "a runtime cannot read this configuration: %s", err)
	}
}

// unread is a list without what the decoders of our plugins have read already,
// which the schema would say the same about, and slowly.
func unread(list *strictjson.Value) any {
	root := plain(list)
	plugins, _ := root.(map[string]any)["plugins"].([]any)
	for _, p := range plugins {
		plugin, _ := p.(map[string]any)
		if kind, _ := plugin["type"].(string); isOurs(kind) {
			maps.DeleteFunc(plugin, isReadKey)
		}
	}
	return root
}

func isReadKey(key string, _ any) bool { return slices.Contains(netconf.Keys, key) }

// hugeNumber finds a number that a library might spend its life on.
func hugeNumber(v *strictjson.Value) *strictjson.Value {
	if v.Kind == strictjson.Number {
		if f, err := strconv.ParseFloat(v.Text, 64); err != nil || math.IsInf(f, 0) {
			return v
		}
	}
	for i := range v.Items {
		if huge := hugeNumber(&v.Items[i]); huge != nil {
			return huge
		}
	}
	for i := range v.Members {
		if huge := hugeNumber(&v.Members[i].Value); huge != nil {
			return huge
		}
	}
	return nil
}

// plain is a value as encoding/json would give it.
func plain(v *strictjson.Value) any {
	switch v.Kind {
	case strictjson.String:
		return v.Text
	case strictjson.Bool:
		return v.True
	case strictjson.Number:
		number, _ := strconv.ParseFloat(v.Text, 64) // hugeNumber has seen it
		return number
	case strictjson.List:
		list := make([]any, len(v.Items))
		for i := range v.Items {
			list[i] = plain(&v.Items[i])
		}
		return list
	case strictjson.Object:
		object := make(map[string]any, len(v.Members))
		for i := range v.Members {
			object[v.Members[i].Key] = plain(&v.Members[i].Value)
		}
		return object
	}
	return nil
}

var unescape = strings.NewReplacer("~1", "/", "~0", "~")

// find follows the path by which the schema library names a place.
func find(v *strictjson.Value, path string) *strictjson.Value {
	for step := range strings.SplitSeq(strings.TrimPrefix(path, "/"), "/") {
		next := v.Field(unescape.Replace(step))
		if i, err := strconv.Atoi(step); err == nil && i < len(v.Items) {
			next = &v.Items[i]
		}
		if next == nil {
			break
		}
		v = next
	}
	return v
}
