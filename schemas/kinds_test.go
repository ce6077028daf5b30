package schemas_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"

	"github.com/containernetworking/cni/libcni"
	"github.com/containernetworking/cni/pkg/utils"
	"github.com/containernetworking/cni/pkg/version"
	"github.com/santhosh-tekuri/jsonschema/v5"

	"github.com/chainsaw-cni/chainsaw/schemas"
	"github.com/chainsaw-cni/chainsaw/shared/netconf"
	"github.com/chainsaw-cni/chainsaw/shared/nodepolicy"
	"github.com/chainsaw-cni/chainsaw/shared/pod"
	"github.com/chainsaw-cni/chainsaw/shared/rule"
	"github.com/chainsaw-cni/chainsaw/shared/strictjson"
	"github.com/chainsaw-cni/chainsaw/shared/variant"
	"github.com/chainsaw-cni/chainsaw/shared/wish"
)

// kind is one kind of document: its name is the folder of its corpus, and two
// readers judge it.
type kind struct {
	name   string
	schema func(document any) string // which schema is for the document
	plugin func(doc []byte) error    // what the plugin says of it
}

var kinds = []kind{
	{"config", byType, decodeConfig},
	{"annotation", named("annotation"), decodeAnnotation},
	{"rules", named("rules"), decodeRules},
	{"policy", named("policy"), decodePolicy},
	{"conflist", named("conflist"), decodeConflist},
}

func named(name string) func(any) string { return func(any) string { return name } }

// byType chooses the schema as the runtime chooses the plugin.
func byType(document any) string {
	object, _ := document.(map[string]any)
	name, _ := object["type"].(string)
	if v, ok := variant.Parse(name); ok {
		return v.String()
	}
	return variant.Exec.String()
}

// errNotOurs stands for the runtime, which starts no plugin of ours for an
// object whose type names none.
var errNotOurs = errors.New("the type names no plugin of Chainsaw")

func decodeConfig(doc []byte) error {
	root, err := strictjson.Parse(doc)
	if err != nil {
		return err
	}
	kind := root.Field("type")
	if kind == nil || kind.Kind != strictjson.String {
		return errNotOurs
	}
	v, ok := variant.Parse(kind.Text)
	if !ok {
		return errNotOurs
	}
	config, err := netconf.Decode(doc, v)
	if err != nil {
		return err
	}
	return errors.Join(decodeWish(config.CNIArgs), decodeText(config.PodAnnotations[pod.CommandsAnnotation]))
}

func decodeAnnotation(doc []byte) error {
	root, err := strictjson.Parse(doc)
	if err != nil {
		return err
	}
	return decodeWish(&root)
}

func decodeWish(v *strictjson.Value) error {
	if v == nil {
		return nil
	}
	if v.Kind == strictjson.String {
		return decodeText(v.Text)
	}
	_, err := wish.FromValue(v, wish.Attachment{})
	return err
}

func decodeText(text string) error {
	if _, err := wish.Parse(text, wish.PodAnnotation, wish.Attachment{}); err != nil {
		return fmt.Errorf("%s: %w", insideText, err)
	}
	return nil
}

func decodeRules(doc []byte) error {
	root, err := strictjson.Parse(doc)
	if err != nil {
		return err
	}
	_, err = rule.Decode(&root)
	return err
}

func decodePolicy(doc []byte) error {
	_, err := nodepolicy.Decode(doc)
	return err
}

// decodeConflist reads a list as Multus and libcni do, and each of our links
// as the plugin does.
func decodeConflist(doc []byte) error {
	root, err := strictjson.Parse(doc)
	if err != nil {
		return err
	}
	if root.Kind == strictjson.Object && root.Field("name") == nil { // Multus takes the net-attach-def's
		doc = slices.Concat([]byte(`{"name": "net",`), bytes.TrimPrefix(bytes.TrimSpace(doc), []byte("{")))
	}
	list, err := libcni.NetworkConfFromBytes(doc)
	if err != nil {
		return err
	}
	if err := utils.ValidateNetworkName(list.Name); err != nil {
		return err
	}
	chained := version.All.SupportedVersions()[2:] // there are chains since 0.3.0
	if len(list.Plugins) == 0 || !slices.Contains(chained, list.CNIVersion) {
		return fmt.Errorf("%d plugins of version %q are no chain", len(list.Plugins), list.CNIVersion)
	}
	return decodeLinks(list)
}

func decodeLinks(list *libcni.NetworkConfigList) error {
	root, err := strictjson.Parse(list.Bytes)
	if err != nil {
		return err
	}
	for i, link := range root.Field("plugins").Items {
		v, ours := variant.Parse(list.Plugins[i].Network.Type)
		if !ours {
			continue
		}
		if i == 0 {
			return netconf.ErrAlone
		}
		if _, err := netconf.Decode(list.Bytes[link.Start:link.End], v); err != nil {
			return err
		}
	}
	return nil
}

// compiled are the schemas as they are published, each alone.
var compiled = sync.OnceValue(func() map[string]*jsonschema.Schema {
	all := make(map[string]*jsonschema.Schema)
	for _, name := range schemas.Names() {
		text, err := schemas.Read(name)
		if err != nil {
			panic(err)
		}
		all[name] = jsonschema.MustCompileString(name, string(text))
	}
	return all
})

// insideText begins what the plugin says of JSON inside of a string.
const insideText = "inside the text"

// validate is what the schema says of a document.
func (k kind) validate(doc []byte) error {
	decoder := json.NewDecoder(bytes.NewReader(doc))
	decoder.UseNumber()
	var document any
	if err := decoder.Decode(&document); err != nil {
		return err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows the document")
	}
	return compiled()[k.schema(document)].Validate(document)
}
