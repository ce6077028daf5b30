package lint

import (
	"errors"
	"slices"
	"strings"

	"github.com/chainsaw-cni/chainsaw/shared/judge"
	"github.com/chainsaw-cni/chainsaw/shared/lookup"
	"github.com/chainsaw-cni/chainsaw/shared/merge"
	"github.com/chainsaw-cni/chainsaw/shared/nearest"
	"github.com/chainsaw-cni/chainsaw/shared/netconf"
	"github.com/chainsaw-cni/chainsaw/shared/strictjson"
	"github.com/chainsaw-cni/chainsaw/shared/variant"
	"github.com/chainsaw-cni/chainsaw/shared/wish"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/dryrun"
)

// link checks a plugin's own object, as the plugin itself would read it. The
// namespace is that of the net-attach-def.
func (c *check) link(o object, namespace string) link {
	v, _ := variant.Parse(o.value.Field("type").Text)
	l := link{variant: v, text: o.text.JSON(&o.value)}
	var wrong []*strictjson.Error
	l.config, wrong = decode([]byte(l.text.Value), v)
	c.wrong(o, wrong)
	l.sound = len(wrong) == 0
	if given := l.config.CNIArgs; given != nil && !c.saysValue(l.text, given) {
		l.sound = false
	}
	for i := range o.value.Members {
		c.key(o, &o.value.Members[i])
	}
	c.capabilities(o)
	c.places(o, l.config)
	c.rules(o, l)
	c.commands(o, &l, namespace)
	return l
}

// maxWrong bounds what is found wrong with one object.
const maxWrong = 32

// decode finds all that is wrong, not only the first thing: the member that a
// mistake is in is blanked out, and the rest is decoded again.
func decode(doc []byte, v variant.Variant) (netconf.Config, []*strictjson.Error) {
	var wrong []*strictjson.Error
	for range maxWrong {
		config, err := netconf.Decode(doc, v)
		if err == nil {
			return config, wrong
		}
		at, ok := errors.AsType[*strictjson.Error](err)
		if !ok {
			at = &strictjson.Error{Err: err}
		}
		wrong = append(wrong, at)
		if doc = without(doc, at.Offset); doc == nil {
			break
		}
	}
	return netconf.Config{}, wrong
}

// without blanks out the member of an object that an offset is in, so that the
// places of all others stay. It is nil if there is none.
func without(doc []byte, offset int) []byte {
	root, err := strictjson.Parse(doc)
	if err != nil {
		return nil
	}
	for i, m := range root.Members {
		if offset < m.Start || offset >= m.Value.End {
			continue
		}
		from, to := m.Start, m.Value.End
		switch { // a comma goes with it
		case i+1 < len(root.Members):
			to = root.Members[i+1].Start
		case i > 0:
			from = root.Members[i-1].Value.End
		}
		blank := slices.Clone(doc)
		for at := from; at < to; at++ {
			blank[at] = ' '
		}
		return blank
	}
	return nil
}

func (c *check) wrong(o object, wrong []*strictjson.Error) {
	for _, err := range wrong {
		id := configValue
		if rules := o.value.Field("rules"); rules != nil && o.value.Start+err.Offset > rules.Start && o.value.Start+err.Offset < rules.End {
			id = rulesInvalid
		}
		if isKey(o, o.value.Start+err.Offset) {
			id = caseTwin
		}
		err = &strictjson.Error{Offset: o.value.Start + err.Offset, Err: err.Err}
		c.add(id, placeOf(o.text, err), "%s", err)
	}
}

// isKey tells whether a key of the object, or of args, is at an offset: then it
// was refused as the twin of another.
func isKey(o object, offset int) bool {
	args := o.value.Field("args")
	for _, v := range []*strictjson.Value{&o.value, args, args.Field("cni")} {
		if v != nil && slices.ContainsFunc(v.Members, func(m strictjson.Member) bool { return m.Start == offset }) {
			return true
		}
	}
	return false
}

// pluginKeys are those of the specification for any plugin, and of runtimes.
var pluginKeys = []string{"cniVersion", "name", "type", "prevResult", "args", "runtimeConfig", "capabilities"}

func (c *check) key(o object, m *strictjson.Member) {
	known := slices.Concat(netconf.Keys, pluginKeys)
	if slices.Contains(known, m.Key) || slices.ContainsFunc(known, func(k string) bool { return strings.EqualFold(k, m.Key) }) {
		return
	}
	if near := nearest.Word(m.Key, known); near != "" {
		c.add(unknownKey, o.keyPlace(m), "the key %q is unknown and has no effect; did you mean %q?", m.Key, near)
		return
	}
	c.add(unknownKey, o.keyPlace(m), "the key %q is unknown and has no effect; Chainsaw's keys are %s", m.Key, strings.Join(netconf.Keys, ", "))
}

// capabilities are for the runtime, which refuses the network for one that is
// neither true nor false.
func (c *check) capabilities(o object) {
	given := o.value.Field("capabilities")
	if given == nil || given.Kind == strictjson.Null {
		return
	}
	if given.Kind != strictjson.Object {
		c.add(configValue, o.valuePlace("capabilities"), `"capabilities" must be an object, such as {"ips": true}, and it is %s`, given.Kind)
	}
	inside := o.inside(given)
	for _, m := range given.Members {
		c.misspelt(inside, &m, []string{netconf.PodAnnotationsCapability})
		if m.Value.Kind != strictjson.Bool {
			c.add(configValue, inside.valuePlace(m.Key), "the capability %q must be true or false, and it is %s", m.Key, m.Value.Kind)
		}
	}
}

// places checks the paths that a network names. Which a node allows beside the
// built-in ones only its policy says.
func (c *check) places(o object, config netconf.Config) {
	for key, alone := range map[string]netconf.Config{
		"socket_path": {SocketPath: config.SocketPath},
		"kubeconfig":  {Kubeconfig: config.Kubeconfig},
	} {
		if _, _, err := lookup.BuiltIn.Allow(c.Policy).Choose(alone); err == nil {
			continue
		} else if c.Policy == nil {
			c.add(badPlace, o.valuePlace(key), "%s", err)
		} else {
			c.fail(badPlace, o.valuePlace(key), "%s", err)
		}
	}
}

// commands judges the network's defaults.
func (c *check) commands(o object, l *link, namespace string) {
	list := o.value.Field("commands")
	for i := range l.config.Commands {
		l.commands = append(l.commands, o.text.JSON(&list.Items[i]))
	}
	lines, err := merge.Merge(l.config.Commands, l.config.PodCommands, wish.Wish{})
	if err != nil {
		c.add(tooManyCommands, o.valuePlace("commands"), "%s", err)
		return
	}
	bounds := judge.Judge{Variant: l.variant, Rules: l.config.Rules}
	if namespace != "" {
		if bounds.Caps, err = c.Policy.For(namespace); err != nil && len(lines) > 0 {
			c.add(policyRefuses, o.valuePlace("commands"), "%s", err)
		}
	}
	for i, judged := range (dryrun.Judge{Bounds: bounds}).All(lines) {
		c.command(judged, l.commands[i], dryrun.Judge{Bounds: bounds}, lines[i], forPodsOf(namespace))
	}
}
