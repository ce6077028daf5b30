package lint

import (
	"errors"
	"path/filepath"
	"strings"

	"github.com/chainsaw-cni/chainsaw/shared/nearest"
	"github.com/chainsaw-cni/chainsaw/shared/netconf"
	"github.com/chainsaw-cni/chainsaw/shared/strictjson"
	"github.com/chainsaw-cni/chainsaw/shared/variant"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/source"
)

// network is what is kept of a net-attach-def, or of a raw configuration.
type network struct {
	namespace, name string // of the net-attach-def; "" of a raw configuration
	configName      string // what the plugins are told
	defined         source.Span
	from            string
	known           bool // whether its chain could be read
	links           []link
}

// link is a plugin of ours in a chain.
type link struct {
	variant  variant.Variant
	config   netconf.Config
	text     source.Text   // the object
	commands []source.Text // as they are written
	sound    bool          // whether the plugin would accept its configuration
}

const defaultNamespace = "default"

func namespaceOf(root *source.Node) string {
	if namespace := root.Get("metadata", "namespace"); namespace != nil && namespace.Value != "" {
		return namespace.Value
	}
	return defaultNamespace
}

// definition checks a net-attach-def.
func (c *check) definition(root *source.Node) {
	n := network{namespace: namespaceOf(root), defined: root.Span(), from: c.from}
	if name := root.Get("metadata", "name"); name != nil {
		n.name, n.defined = name.Value, name.Span()
	}
	n.configName = n.name
	c.specKeys(root.Get("spec"))
	config := root.Get("spec", "config")
	switch {
	case config == nil || config.Kind == source.Null: // Multus looks for a file of the name on the node
	case config.Kind != source.String:
		c.add(configJSON, config.Span(), `"config" must be a string with JSON in it, and it is %s: write "config: |" and the JSON below it`, config.Kind)
	case config.Value != "":
		c.config(&n, config.Text())
	}
	c.digest.network(c, n)
}

// specKeys finds a misspelt "config", without which Multus looks for a file.
func (c *check) specKeys(spec *source.Node) {
	if spec == nil {
		return
	}
	for _, m := range spec.Members {
		if key := m.Key.Value; key != "config" && (strings.EqualFold(key, "config") || near(key, "config")) {
			c.add(unknownKey, m.Key.Span(), "the key %q is unknown here and has no effect; did you mean %q?", key, "config")
		}
	}
}

// raw checks a configuration that is a file of its own. A file without name and
// version is a link for a folder of the network's name: what it stands behind
// nobody can tell.
func (c *check) raw(d source.Document) (concerned bool) {
	root := d.Root
	kind := root.Get("type")
	list := root.Get("plugins")
	versioned := root.Get("cniVersion") != nil || root.Get("cniVersions") != nil
	ours := kind != nil && (isOurs(kind.Value) || nearest.Word(kind.Value, variantNames()) != "")
	if !ours && (!versioned || kind == nil && list == nil) {
		return false
	}
	text := root.Span().Verbatim()
	if _, err := strictjson.Parse([]byte(text.Value)); err != nil {
		return false // it is YAML, which no runtime reads
	}
	n := network{defined: root.Span(), from: c.from}
	if ours && !versioned && root.Get("name") == nil {
		c.fragment(&n, text)
	} else {
		c.config(&n, text)
	}
	c.digest.network(c, n)
	return true
}

func isOurs(kind string) bool {
	_, ours := variant.Parse(kind)
	return ours
}

// fragment checks a lone link. Its folder has the name of the network.
func (c *check) fragment(n *network, t source.Text) {
	root, ok := c.parse(t)
	if ok && c.isLink(object{t, root}) {
		n.configName = filepath.Base(filepath.Dir(c.file.Name))
		n.known, n.links = true, []link{c.link(object{t, root}, "")}
	}
}

// config checks a configuration: a list of plugins, or one plugin.
func (c *check) config(n *network, t source.Text) {
	root, ok := c.parse(t)
	if !ok {
		return
	}
	o := object{t, root}
	plugins, ok := c.plugins(o)
	if !ok {
		return
	}
	if name := root.Field("name"); name != nil && name.Text != "" {
		n.configName = name.Text
	}
	n.known = true
	for i, p := range plugins {
		if c.isLink(p) {
			c.order(p, i)
			n.links = append(n.links, c.link(p, n.namespace))
		}
	}
	if len(n.links) > 0 {
		c.list(o, n)
		c.rest(o)
	}
}

func (c *check) parse(t source.Text) (strictjson.Value, bool) {
	root, err := strictjson.Parse([]byte(t.Value))
	if err == nil && root.Kind != strictjson.Object {
		err = root.Errorf("a network configuration is an object, and this is %s", root.Kind)
	}
	if err == nil {
		return root, true
	}
	id := configJSON
	if _, duplicate := errors.AsType[strictjson.DuplicateKey](err); duplicate {
		id = duplicateKey
	}
	c.add(id, placeOf(t, err), "the configuration cannot be read: %s", said(t.Value, err))
	return root, false
}

// plugins are those of a list, or the one that the configuration is.
func (c *check) plugins(o object) ([]object, bool) {
	if twin, key := o.value.CaseTwin("plugins", "type"); twin != nil {
		c.twin(o, twin, key)
		return nil, false
	}
	if o.value.Field("type") != nil {
		return []object{o}, true
	}
	list := o.value.Field("plugins")
	switch {
	case list == nil:
		c.add(noPlugins, o.valuePlace(""), `the configuration has neither "plugins" nor a "type": list its plugins, such as {"plugins": [{"type": "bridge"}, {"type": "chainsaw"}]}`)
		return nil, false
	case list.Kind != strictjson.List || len(list.Items) == 0:
		c.add(noPlugins, o.valuePlace("plugins"), `"plugins" must be a list with a plugin or more, such as [{"type": "bridge"}, {"type": "chainsaw"}]`)
		return nil, false
	}
	plugins := make([]object, len(list.Items))
	for i := range list.Items {
		plugins[i] = o.inside(&list.Items[i])
		if !c.hasType(plugins[i], i) {
			return nil, false
		}
	}
	return plugins, true
}

func (c *check) hasType(p object, i int) bool {
	if twin, key := p.value.CaseTwin("type"); twin != nil {
		c.twin(p, twin, key)
		return false
	}
	if kind := p.value.Field("type"); kind != nil && kind.Kind == strictjson.String && kind.Text != "" {
		return true
	}
	c.add(noPlugins, p.valuePlace("type"), `plugin #%d has no "type" that names its executable, such as "bridge" or "chainsaw"`, i+1)
	return false
}

func (c *check) twin(o object, twin *strictjson.Member, key string) {
	c.add(caseTwin, o.keyPlace(twin), "the key %q could be mistaken for %q: write %q", twin.Key, key, key)
}

func variantNames() []string {
	names := make([]string, len(variant.All))
	for i, v := range variant.All {
		names[i] = v.String()
	}
	return names
}
