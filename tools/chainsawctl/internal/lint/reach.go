package lint

import (
	"slices"
	"strings"

	"github.com/chainsaw-cni/chainsaw/shared/netconf"
	"github.com/chainsaw-cni/chainsaw/shared/strictjson"
	"github.com/chainsaw-cni/chainsaw/shared/wish"
)

// reach finds out to which attachments the pod's annotation gets.
func (c *check) reach(p pod, attachments []attachment, calls []call, open bool) {
	if len(calls) == 0 {
		if !open {
			c.nowhere(p, attachments)
		}
		return
	}
	var listening []call
	for _, k := range calls {
		if k.listens() {
			listening = append(listening, k)
		}
	}
	value, err := strictjson.Parse([]byte(p.commands.Value))
	switch {
	case len(listening) == 0:
		if !open {
			c.idle(p, calls)
		}
	case err == nil && value.Kind == strictjson.Object:
		c.keys(p, object{*p.commands, value}, attachments, listening, open)
	case len(listening) > 1 && len(written(*p.commands)) > 0:
		c.add(listReachesSeveral, whole(*p.commands), `these commands run for each of %s; if that is not meant, choose by interface: {"%s": [...]}`, join(listening), listening[0].ifname)
	}
}

func (c *check) nowhere(p pod, attachments []attachment) {
	var names []string
	for _, a := range attachments {
		names = append(names, a.key)
	}
	if len(names) == 0 {
		c.add(noChainsaw, whole(*p.commands), "the pod selects no network, so these commands run only if the cluster's own network has Chainsaw in its chain: select one in the annotation k8s.v1.cni.cncf.io/networks")
		return
	}
	c.add(noChainsaw, whole(*p.commands), `no network of the pod has Chainsaw in its chain, so nobody reads these commands: add {"type": "chainsaw"} to "plugins" of %s`, strings.Join(names, " or "))
}

// arguments finds cni-args that nobody reads.
func (c *check) arguments(a attachment) {
	switch {
	case a.commands == nil || !a.known:
	case len(a.links) == 0:
		c.add(noChainsaw, a.commandsPlace(), `%s has no Chainsaw in its chain, so nobody reads these commands: add {"type": "chainsaw"} to its "plugins"`, a.key)
	case !slices.ContainsFunc(a.links, func(l link) bool { return l.config.PodCommands != netconf.Ignore }):
		c.add(annotationIdle, a.commandsPlace(), `%s has "podCommands": "ignore", so these commands never run: change that, or take them away`, a.key)
	}
}

// idle is for an annotation that no attachment listens to.
func (c *check) idle(p pod, calls []call) {
	for _, k := range calls {
		if k.link.config.PodCommands == netconf.Ignore {
			c.add(annotationIdle, whole(*p.commands), `the network of %s has "podCommands": "ignore", so these commands never run: change that, or take the annotation away`, k)
			return
		}
	}
	c.add(annotationIdle, whole(*p.commands), `the "cni-args" of %s come before this annotation, so these commands never run: take one of the two away`, join(calls))
}

// keys finds keys of the object form whose commands no attachment gets.
func (c *check) keys(p pod, o object, attachments []attachment, listening []call, open bool) {
	chosen := make(map[int]bool) // the lists that are, by their places
	for _, k := range listening {
		if w, err := k.wish(p); err == nil && w.List != nil {
			chosen[w.List.Start] = true
		}
	}
	for i := range o.value.Members {
		m := &o.value.Members[i]
		switch a := ofDefinition(attachments, m.Key); {
		case chosen[m.Value.Start]:
		case a != nil:
			c.add(keyNetworkName, o.keyPlace(m), `%q is the net-attach-def's name, which plugins are never told; its configuration has the "name" %q: write that, or the interface %q`, m.Key, a.configName, a.ifname)
		case !open:
			c.add(keyUnmatched, o.keyPlace(m), "%s", unmatched(m.Key, attachments, listening))
		}
	}
}

// ofDefinition is the attachment whose net-attach-def has the name, and another
// one in its configuration.
func ofDefinition(attachments []attachment, name string) *attachment {
	for i, a := range attachments {
		if (a.name == name || a.namespace+"/"+a.name == name) && a.configName != name && len(a.links) > 0 {
			return &attachments[i]
		}
	}
	return nil
}

// unmatched says why a key reaches nothing.
func unmatched(key string, attachments []attachment, listening []call) string {
	if key == wish.Everyone {
		return `no attachment is left for "*": the other keys name all that have Chainsaw in their chains`
	}
	for _, a := range attachments {
		if key == a.ifname || key == a.configName {
			return `nobody reads the commands under "` + key + `": ` + a.unheard()
		}
	}
	return `the key "` + key + `" matches no attachment of the pod with Chainsaw in its chain; there are ` + keysOf(listening)
}

// unheard says why an attachment does not listen.
func (a attachment) unheard() string {
	switch {
	case len(a.links) == 0:
		return a.key + " has no Chainsaw in its chain"
	case a.commands != nil:
		return `"cni-args" come first`
	case a.links[0].config.PodCommands == netconf.Ignore:
		return a.key + ` has "podCommands": "ignore"`
	}
	return "another key of the same attachment comes first"
}

func keysOf(listening []call) string {
	var names []string
	for _, k := range listening {
		names = append(names, `"`+k.ifname+`" (`+k.configName+`)`)
	}
	return strings.Join(names, ", ")
}

func join(calls []call) string {
	var names []string
	for _, k := range calls {
		names = append(names, k.String())
	}
	return strings.Join(names, ", ")
}
