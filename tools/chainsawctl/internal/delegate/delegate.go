// Package delegate does to a net-attach-def what Multus 4.3 does before it
// calls libcni: it finds the networks that a pod asks for, and gives each its
// interface name, configuration and capabilities.
//
// It judges no configuration and runs nothing: package chain does.
package delegate

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	nettypes "github.com/k8snetworkplumbingwg/network-attachment-definition-client/pkg/apis/k8s.cni.cncf.io/v1"
	"github.com/k8snetworkplumbingwg/network-attachment-definition-client/pkg/utils"
	corev1 "k8s.io/api/core/v1"

	"github.com/chainsaw-cni/chainsaw/shared/netconf"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/manifest"
)

// DefaultNetworkAnnotation names the network of eth0 instead of the cluster's
// own; Multus looks for it in kube-system unless it names a namespace.
const (
	DefaultNetworkAnnotation = "v1.multus-cni.io/default-network"
	multusNamespace          = "kube-system"
)

// Attachment is one network of a pod, ready for libcni.
type Attachment struct {
	Network      string          `json:"network"` // namespace/name of the net-attach-def
	Interface    string          `json:"interface"`
	Config       json.RawMessage `json:"config"` // a configuration or a list of them
	Capabilities map[string]any  `json:"capabilities,omitempty"`
}

// Attachments are the networks that the pod asks for, the default network first.
func Attachments(pod *corev1.Pod, set manifest.Set) ([]Attachment, error) {
	attachments, err := defaultNetwork(pod, set)
	if err != nil {
		return nil, fmt.Errorf("pod %s: annotation %s: %w", pod.Name, DefaultNetworkAnnotation, err)
	}
	selected, err := Networks(pod.Annotations[nettypes.NetworkAttachmentAnnot], pod.Namespace)
	if err != nil {
		return nil, fmt.Errorf("pod %s: annotation %s: %w", pod.Name, nettypes.NetworkAttachmentAnnot, err)
	}
	for _, element := range selected {
		a, err := attach(element, set)
		if err != nil {
			return nil, fmt.Errorf("pod %s: annotation %s: %w", pod.Name, nettypes.NetworkAttachmentAnnot, err)
		}
		attachments = append(attachments, a)
	}
	if len(attachments) == 0 {
		return nil, fmt.Errorf("pod %s asks for no network: its annotation %s is missing or empty", pod.Name, nettypes.NetworkAttachmentAnnot)
	}
	return attachments, nil
}

// defaultNetwork is eth0. It is called as the runtime itself calls the network
// of its own folder, with the pod's annotations for a plugin that wants them,
// which Multus hands to no delegate.
func defaultNetwork(pod *corev1.Pod, set manifest.Set) ([]Attachment, error) {
	selected, err := Default(pod.Annotations[DefaultNetworkAnnotation])
	if err != nil || selected == nil {
		return nil, err
	}
	a, err := attach(selected, set)
	if err != nil {
		return nil, err
	}
	a.Capabilities[netconf.PodAnnotationsCapability] = pod.Annotations
	return []Attachment{a}, nil
}

// Default is what the annotation selects for eth0, or nil.
func Default(annotation string) (*nettypes.NetworkSelectionElement, error) {
	selected, err := selection(annotation, multusNamespace)
	if err != nil || len(selected) == 0 {
		return nil, err
	}
	if len(selected) > 1 {
		return nil, fmt.Errorf("it names %d networks, and a pod has one default network", len(selected))
	}
	selected[0].InterfaceRequest = "eth0"
	return selected[0], nil
}

// Networks is what the annotation of a pod selects, each with its interface.
func Networks(annotation, namespace string) ([]*nettypes.NetworkSelectionElement, error) {
	selected, err := selection(annotation, namespace)
	for i, element := range selected {
		if element.InterfaceRequest == "" {
			element.InterfaceRequest = fmt.Sprintf("net%d", i+1) // counted by its place, named ones included
		}
	}
	return selected, err
}

// Selected is what the pod asks for, the default network first.
func Selected(pod *corev1.Pod) ([]*nettypes.NetworkSelectionElement, error) {
	selected, err := Networks(pod.Annotations[nettypes.NetworkAttachmentAnnot], pod.Namespace)
	if err != nil {
		return nil, fmt.Errorf("pod %s: annotation %s: %w", pod.Name, nettypes.NetworkAttachmentAnnot, err)
	}
	first, err := Default(pod.Annotations[DefaultNetworkAnnotation])
	if err != nil {
		return nil, fmt.Errorf("pod %s: annotation %s: %w", pod.Name, DefaultNetworkAnnotation, err)
	}
	if first != nil {
		selected = slices.Insert(selected, 0, first)
	}
	return selected, nil
}

func selection(annotation, namespace string) ([]*nettypes.NetworkSelectionElement, error) {
	if annotation == "" {
		return nil, nil
	}
	if hasNull(annotation) { // on which the client panics
		return nil, errors.New("a network of it is null")
	}
	return utils.ParseNetworkAnnotation(annotation, namespace)
}

func hasNull(list string) bool {
	var items []any
	_ = json.Unmarshal([]byte(list), &items) // what is no JSON is the client's to read
	return slices.Contains(items, nil)
}

func attach(element *nettypes.NetworkSelectionElement, set manifest.Set) (Attachment, error) {
	network, err := set.Network(element.Namespace, element.Name)
	if err != nil {
		return Attachment{}, err
	}
	a := Attachment{
		Network:      network.Namespace + "/" + network.Name,
		Interface:    element.InterfaceRequest,
		Capabilities: capabilities(element),
	}
	if a.Config, err = config(network, element); err != nil {
		return Attachment{}, fmt.Errorf("net-attach-def %s: %w", a.Network, err)
	}
	return a, nil
}

// capabilities become the runtimeConfig of the plugins that declare them.
func capabilities(element *nettypes.NetworkSelectionElement) map[string]any {
	all := make(map[string]any)
	if len(element.PortMappingsRequest) > 0 {
		all["portMappings"] = element.PortMappingsRequest
	}
	if element.BandwidthRequest != nil {
		all["bandwidth"] = element.BandwidthRequest
	}
	if len(element.IPRequest) > 0 {
		all["ips"] = element.IPRequest
	}
	if element.MacRequest != "" {
		all["mac"] = element.MacRequest
	}
	if element.InfinibandGUIDRequest != "" {
		all["infinibandGUID"] = element.InfinibandGUIDRequest
	}
	return all
}
