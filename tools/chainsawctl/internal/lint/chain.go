package lint

import (
	"slices"
	"strings"

	"github.com/containernetworking/cni/pkg/version"

	"github.com/chainsaw-cni/chainsaw/shared/nearest"
	"github.com/chainsaw-cni/chainsaw/shared/netconf"
	"github.com/chainsaw-cni/chainsaw/shared/strictjson"
)

// isLink tells whether a plugin is ours, and warns of one that was perhaps
// meant to be.
func (c *check) isLink(p object) bool {
	kind := p.value.Field("type").Text
	if isOurs(kind) {
		return true
	}
	if near := nearest.Word(kind, variantNames()); near != "" {
		c.add(pluginType, p.valuePlace("type"), "there is no plugin %q of Chainsaw; did you mean %q? (there are %s)", kind, near, strings.Join(variantNames(), ", "))
	}
	return false
}

// order finds a plugin of ours to which nobody hands an interface.
func (c *check) order(p object, i int) {
	if i == 0 {
		c.add(chainOrder, p.valuePlace("type"), "%s", strings.Replace(netconf.ErrAlone.Error(), "and was called", "and would be called", 1))
	}
}

// versions are those of the specification that have chains.
var versions = []string{"0.3.0", "0.3.1", "0.4.0", "1.0.0", "1.1.0"}

// listKeys are what libcni reads of a list.
var listKeys = []string{"cniVersion", "cniVersions", "disableCheck", "disableGC", "loadOnlyInlinedPlugins", "name", "plugins"}

// list checks what a list with a plugin of ours says of itself.
func (c *check) list(o object, n *network) {
	if twin, key := o.value.CaseTwin("name", "cniVersion", "cniVersions"); twin != nil {
		c.twin(o, twin, key)
		return
	}
	c.version(o)
	c.name(o, n)
	if o.value.Field("plugins") == nil {
		return
	}
	for i := range o.value.Members {
		c.listKey(o, &o.value.Members[i])
	}
}

func (c *check) listKey(o object, m *strictjson.Member) {
	switch near := nearest.Word(m.Key, listKeys); {
	case slices.Contains(listKeys, m.Key):
	case slices.Contains(netconf.Keys, m.Key):
		c.add(unknownKey, o.keyPlace(m), `%q has no effect beside "plugins": write it into the object of the Chainsaw plugin`, m.Key)
	case near != "":
		c.add(unknownKey, o.keyPlace(m), "the key %q is unknown here and has no effect; did you mean %q?", m.Key, near)
	}
}

func (c *check) version(o object) {
	given := o.value.Field("cniVersion")
	switch {
	case given == nil && o.value.Field("cniVersions") != nil:
	case given == nil:
		c.add(cniVersion, o.valuePlace(""), `"cniVersion" is missing, which means a version that has no chains: write one of %s`, strings.Join(versions, ", "))
	case given.Kind != strictjson.String || !slices.Contains(versions, given.Text):
		c.add(cniVersion, o.valuePlace("cniVersion"), `"cniVersion" is %s, and chains work with %s%s`, o.text.Value[given.Start:given.End], strings.Join(versions, ", "), c.newest(given))
	}
}

// newest is what to write instead.
func (c *check) newest(given *strictjson.Value) string {
	if newer, err := version.GreaterThan(given.Text, versions[len(versions)-1]); err == nil && newer {
		return `: write "` + versions[len(versions)-1] + `"`
	}
	return `; write "1.0.0" if nothing speaks against it`
}

// name is told to the plugins, and files on the node are named by it. Multus
// fills in that of the net-attach-def.
func (c *check) name(o object, n *network) {
	given := o.value.Field("name")
	switch {
	case given == nil && n.name == "":
		c.add(networkName, o.valuePlace(""), `the configuration has no "name", and runtimes refuse it so: add one, such as "name": "pod-network"`)
	case given != nil && (given.Kind != strictjson.String || !isName(given.Text)):
		c.add(networkName, o.valuePlace("name"), "%s is no name of a network: it begins with a letter or digit; letters, digits, - _ and . may follow", o.text.Value[given.Start:given.End])
	}
}

func isName(name string) bool {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	return name != "" && strings.Contains(letters, name[:1]) && strings.Trim(name, letters+"_.-") == "" && !strings.ContainsFunc(name, func(r rune) bool {
		return !strings.ContainsRune(letters+"_.-", r)
	})
}
