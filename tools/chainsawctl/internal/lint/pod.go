package lint

import (
	"strings"

	nettypes "github.com/k8snetworkplumbingwg/network-attachment-definition-client/pkg/apis/k8s.cni.cncf.io/v1"

	"github.com/chainsaw-cni/chainsaw/shared/nearest"
	podkeys "github.com/chainsaw-cni/chainsaw/shared/pod"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/delegate"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/source"
)

// pod is what is kept of a pod, or of the template of pods.
type pod struct {
	file      *source.File
	from      string
	namespace string
	commands  *source.Text // the annotation; nil if there is none, or it cannot be read
	networks  []selected
	unread    bool // whether an annotation that selects networks cannot be read
}

// podTemplate is a pod, or what pods are made from, wherever the kind has it.
func podTemplate(d source.Document) *source.Node {
	if d.Kind == "Pod" {
		return d.Root
	}
	for _, path := range [][]string{{"spec", "template"}, {"spec", "jobTemplate", "spec", "template"}, {"template"}} {
		template := d.Root.Get(path...)
		if d.Kind != "" && (template.Get("spec") != nil || template.Get("metadata") != nil) {
			return template
		}
	}
	return nil
}

// annotationKeys are those that matter here, in the order of the documentation.
var annotationKeys = []string{podkeys.CommandsAnnotation, nettypes.NetworkAttachmentAnnot, delegate.DefaultNetworkAnnotation}

func (c *check) workload(d source.Document, template *source.Node) {
	annotations := template.Get("metadata", "annotations")
	c.misplaced(d, template)
	if annotations != nil {
		for _, m := range annotations.Members {
			c.annotationKey(m)
		}
	}
	p := pod{file: c.file, from: c.from, namespace: namespaceOf(d.Root)}
	p.commands = c.annotation(annotations, podkeys.CommandsAnnotation)
	c.selection(&p, annotations)
	if p.commands != nil && !c.says(*p.commands) {
		p.commands = nil
	}
	if template.Get("spec", "hostNetwork").True() {
		c.onHost(p, annotations)
		return
	}
	if p.commands != nil || len(p.networks) > 0 {
		c.digest.pod(c, p)
	}
}

// onHost is for a pod in the network namespace of its node.
func (c *check) onHost(p pod, annotations *source.Node) {
	const message = `the pod has "hostNetwork: true", so no CNI plugin is called for it and no command runs: take one of the two away`
	if m := annotations.Member(podkeys.CommandsAnnotation); m != nil {
		c.add(hostNetwork, m.Key.Span(), message)
	}
	for _, s := range p.networks {
		if s.commands != nil {
			c.add(hostNetwork, s.commandsPlace(), message)
		}
	}
}

// misplaced finds the annotations where nobody looks for them.
func (c *check) misplaced(d source.Document, template *source.Node) {
	c.besideAnnotations(template.Get("metadata"))
	if template == d.Root {
		return
	}
	for _, path := range [][]string{{"metadata"}, {"spec", "metadata"}, {"spec", "jobTemplate", "metadata"}, {"spec", "jobTemplate", "spec", "metadata"}} {
		for _, m := range ours(d.Root.Get(append(path, "annotations")...)) {
			c.add(annotationPlace, m.Key.Span(), "%s is an annotation of the %s here, and its pods do not get it: write it under metadata.annotations of the pod template", m.Key.Value, d.Kind)
		}
	}
}

// besideAnnotations finds what stands in another map, or in none.
func (c *check) besideAnnotations(metadata *source.Node) {
	for _, m := range ours(metadata) {
		c.add(annotationPlace, m.Key.Span(), "%s stands beside the annotations here, and nobody reads it: write it under annotations", m.Key.Value)
	}
	if metadata == nil {
		return
	}
	for _, other := range metadata.Members {
		if other.Key.Value == "annotations" {
			continue
		}
		for _, m := range ours(other.Value) {
			c.add(annotationPlace, m.Key.Span(), "%s stands under %q here, and nobody reads it: write it under annotations", m.Key.Value, other.Key.Value)
		}
	}
}

// ours are the members of a map that have one of the keys that matter here.
func ours(n *source.Node) []*source.Member {
	var found []*source.Member
	for _, key := range annotationKeys {
		if m := n.Member(key); m != nil {
			found = append(found, m)
		}
	}
	return found
}

// bareKey is the name of our annotation without its domain.
const bareKey = "chainsaw"

// annotationKey finds a key that looks like one of ours, and is none.
func (c *check) annotationKey(m source.Member) {
	domain, name, _ := strings.Cut(m.Key.Value, "/")
	if m.Key.Value == bareKey {
		c.add(annotationKey, m.Key.Span(), "nobody reads the annotation %s; did you mean %s?", bareKey, podkeys.CommandsAnnotation)
		return
	}
	for _, key := range annotationKeys {
		ourDomain, ourName, _ := strings.Cut(key, "/")
		if m.Key.Value == key {
			return
		}
		sameName, sameDomain := strings.EqualFold(name, ourName), strings.EqualFold(domain, ourDomain)
		nearName, nearDomain := near(name, ourName), near(domain, ourDomain) || strings.Contains(domain, "cncf.io")
		if sameName && (sameDomain || nearDomain) || sameDomain && nearName && !knownNetworkKey(name) {
			c.add(annotationKey, m.Key.Span(), "nobody reads the annotation %s; did you mean %s?", m.Key.Value, key)
			return
		}
	}
}

func near(word, known string) bool { return nearest.Word(word, []string{known}) != "" }

// knownNetworkKey is for the other annotations of the domain, which Multus
// writes.
func knownNetworkKey(name string) bool {
	_, status, _ := strings.Cut(nettypes.NetworkStatusAnnot, "/")
	return name == status || name == "networks-status"
}

// maxAnnotation is what an API server takes, in bytes.
const maxAnnotation = 256 << 10

// annotation is the text of an annotation, or nil.
func (c *check) annotation(annotations *source.Node, key string) *source.Text {
	value := annotations.Get(key)
	switch {
	case value == nil || value.Kind == source.Null:
		return nil
	case value.Kind != source.String:
		c.add(annotationString, value.Span(), "an annotation is a string, and this is %s: put it in quotes", value.Kind)
		return nil
	case len(value.Value) > maxAnnotation:
		c.add(tooLarge, annotations.Member(key).Key.Span(), "this annotation has %d bytes, and Kubernetes takes %d of all annotations together", len(value.Value), maxAnnotation)
		return nil
	}
	t := value.Text()
	return &t
}
