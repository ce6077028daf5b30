package lint

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"

	nettypes "github.com/k8snetworkplumbingwg/network-attachment-definition-client/pkg/apis/k8s.cni.cncf.io/v1"

	"github.com/chainsaw-cni/chainsaw/shared/nearest"
	"github.com/chainsaw-cni/chainsaw/shared/strictjson"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/delegate"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/source"
)

// selected is a network that a pod asks for.
type selected struct {
	key      string // namespace/name
	ifname   string
	at       source.Span
	text     source.Text       // the annotation
	commands *strictjson.Value // cni-args.chainsaw in it, or nil
}

func (s selected) commandsPlace() source.Span { return s.text.Span(s.commands.Start, s.commands.End) }

// selection reads the annotations that select networks, as Multus does.
func (c *check) selection(p *pod, annotations *source.Node) {
	if t := c.annotation(annotations, delegate.DefaultNetworkAnnotation); t != nil {
		element, err := delegate.Default(t.Value)
		c.selects(p, *t, []*nettypes.NetworkSelectionElement{element}, err)
	}
	if t := c.annotation(annotations, nettypes.NetworkAttachmentAnnot); t != nil {
		elements, err := delegate.Networks(t.Value, p.namespace)
		c.selects(p, *t, elements, err)
	}
}

// maxSelected bounds the networks of a pod, each of which is judged for itself.
const maxSelected = 256

func (c *check) selects(p *pod, t source.Text, elements []*nettypes.NetworkSelectionElement, err error) {
	if err == nil && strings.ContainsAny(t.Value, `[{"`) {
		_, err = strictjson.Parse([]byte(t.Value))
	}
	if err != nil {
		p.unread = true
		c.badSelection(t, err)
		return
	}
	if len(elements) > maxSelected {
		c.add(tooLarge, whole(t), "the pod selects %d networks, and the first %d are looked at", len(elements), maxSelected)
		elements, p.unread = elements[:maxSelected], true
	}
	places, items := places(t), listItems(t)
	for i, element := range elements {
		if element == nil {
			continue
		}
		s := selected{key: element.Namespace + "/" + element.Name, ifname: element.InterfaceRequest, at: whole(t), text: t}
		if i < len(places) {
			s.at = places[i]
		}
		if i < len(items) {
			s.commands = c.element(object{t, items[i]})
		}
		if element.Name == "" {
			c.add(networksAnnotation, s.at, `Multus cannot read this selection of networks: #%d has no "name"; %s`, i+1, selectionForms)
			p.unread = true
			continue
		}
		p.networks = append(p.networks, s)
	}
}

const selectionForms = `write names such as red, lab/blue@uplink, in lower-case letters, digits and -, or a JSON list such as [{"name": "red"}]`

// badSelection names the network that is to blame, or what is wrong with the
// JSON.
func (c *check) badSelection(t source.Text, err error) {
	if !strings.ContainsAny(t.Value, `[{"`) {
		c.badName(t, err)
		return
	}
	root, wrong := strictjson.Parse([]byte(t.Value))
	if wrong != nil {
		c.add(networksAnnotation, placeOf(t, wrong), "Multus cannot read this selection of networks: %s; %s", said(t.Value, wrong), selectionForms)
		return
	}
	for i := range root.Items {
		o := object{t, root.Items[i]}
		var element nettypes.NetworkSelectionElement
		mistyped, ok := errors.AsType[*json.UnmarshalTypeError](json.Unmarshal([]byte(t.Value[o.value.Start:o.value.End]), &element))
		if ok && mistyped.Field != "" {
			key, _, _ := strings.Cut(mistyped.Field, ".")
			c.add(networksAnnotation, o.valuePlace(key), "Multus cannot read this selection of networks: %q cannot be of the type %s", mistyped.Field, mistyped.Value)
			return
		}
		if o.value.Kind != strictjson.Object {
			c.add(networksAnnotation, t.Span(o.value.Start, o.value.End), "Multus cannot read this selection of networks: each must be an object, and this is %s; %s", o.value.Kind, selectionForms)
			return
		}
	}
	c.add(networksAnnotation, whole(t), "Multus cannot read this selection of networks: %s", err)
}

// badName finds the first name that Multus refuses by itself.
func (c *check) badName(t source.Text, err error) {
	for i, name := range strings.Split(t.Value, ",") {
		if _, alone := delegate.Networks(name, defaultNamespace); alone != nil {
			c.add(networksAnnotation, places(t)[i], "%q is no name of a network: %s", strings.TrimSpace(name), selectionForms)
			return
		}
	}
	c.add(networksAnnotation, whole(t), "Multus cannot read this selection of networks: %s", err)
}

// places are where the networks of an annotation are named.
func places(t source.Text) []source.Span {
	var found []source.Span
	if items := listItems(t); items != nil {
		for _, item := range items {
			o := object{t, item}
			found = append(found, o.valuePlace("name"))
		}
		return found
	}
	at := 0
	for name := range strings.SplitSeq(t.Value, ",") {
		from := at + len(name) - len(strings.TrimLeft(name, " \t\r\n"))
		found = append(found, t.Span(from, from+len(strings.TrimSpace(name))))
		at += len(name) + 1
	}
	return found
}

// listItems are the networks of the JSON form.
func listItems(t source.Text) []strictjson.Value {
	if !strings.ContainsAny(t.Value, `[{"`) {
		return nil
	}
	list, _ := strictjson.Parse([]byte(t.Value)) // selects has seen that it is JSON
	return list.Items
}

// selectionKeys are what Multus reads of a network in the JSON form.
var selectionKeys = []string{
	"name", "namespace", "ips", "mac", "infiniband-guid", "interface", "portMappings", "bandwidth",
	"cni-args", "default-route", "ipam-claim-reference",
}

// element checks the keys of a network, and returns its commands.
func (c *check) element(o object) *strictjson.Value {
	for i := range o.value.Members {
		c.misspelt(o, &o.value.Members[i], selectionKeys)
	}
	args := o.value.Field("cni-args")
	if args == nil {
		return nil
	}
	inside := o.inside(args)
	for i := range args.Members {
		c.misspelt(inside, &args.Members[i], []string{"chainsaw"})
	}
	commands := args.Field("chainsaw")
	if commands != nil && !c.saysValue(o.text, commands) {
		return nil
	}
	return commands
}

// misspelt warns of a key that is nearly one of those that are read. Others are
// for other plugins.
func (c *check) misspelt(o object, m *strictjson.Member, known []string) {
	if slices.Contains(known, m.Key) {
		return
	}
	if twin := slices.IndexFunc(known, func(k string) bool { return strings.EqualFold(k, m.Key) }); twin >= 0 {
		c.twin(o, m, known[twin])
		return
	}
	if near := nearest.Word(m.Key, known); near != "" {
		c.add(unknownKey, o.keyPlace(m), "the key %q is unknown here and has no effect; did you mean %q?", m.Key, near)
	}
}
