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
	for _, key := range annotationKeys {
		if m := template.Get("metadata", "labels").Member(key); m != nil {
			c.add(annotationPlace, m.Key.Span(), "%s is a label here, and nobody reads it: write it under annotations", key)
		}
		if template == d.Root {
			continue
		}
		if m := d.Root.Get("metadata", "annotations").Member(key); m != nil {
			c.add(annotationPlace, m.Key.Span(), "%s is an annotation of the %s here, and its pods do not get it: write it under metadata.annotations of the pod template", key, d.Kind)
		}
	}
}

// annotationKey finds a key that looks like one of ours, and is none.
func (c *check) annotationKey(m source.Member) {
	domain, name, _ := strings.Cut(m.Key.Value, "/")
	for _, key := range annotationKeys {
		ourDomain, ourName, _ := strings.Cut(key, "/")
		if m.Key.Value == key {
			return
		}
		sameName, sameDomain := strings.EqualFold(name, ourName), strings.EqualFold(domain, ourDomain)
		nearName, nearDomain := near(name, ourName), near(domain, ourDomain) || strings.Contains(domain, "cni.cncf.io")
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
