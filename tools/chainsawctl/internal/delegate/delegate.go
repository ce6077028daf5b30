// Package delegate does to a net-attach-def what Multus 4.3 does before it
// calls libcni: it finds the networks that a pod asks for, and gives each its
// interface name, configuration and capabilities.
//
// It judges no configuration and runs nothing: package chain does.
package delegate

import (
	"encoding/json"
	"fmt"

	nettypes "github.com/k8snetworkplumbingwg/network-attachment-definition-client/pkg/apis/k8s.cni.cncf.io/v1"
	"github.com/k8snetworkplumbingwg/network-attachment-definition-client/pkg/utils"
	corev1 "k8s.io/api/core/v1"

	"github.com/chainsaw-cni/chainsaw/shared/netconf"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/manifest"
)

// defaultNetworkAnnotation names the network of eth0 instead of the cluster's
// own; Multus looks for it in kube-system unless it names a namespace.
const (
	defaultNetworkAnnotation = "v1.multus-cni.io/default-network"
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
		return nil, fmt.Errorf("pod %s: annotation %s: %w", pod.Name, defaultNetworkAnnotation, err)
	}
	selected, err := selection(pod.Annotations[nettypes.NetworkAttachmentAnnot], pod.Namespace)
	if err != nil {
		return nil, fmt.Errorf("pod %s: annotation %s: %w", pod.Name, nettypes.NetworkAttachmentAnnot, err)
	}
	for i, element := range selected {
		a, err := attach(element, set)
		if err != nil {
			return nil, fmt.Errorf("pod %s: annotation %s: %w", pod.Name, nettypes.NetworkAttachmentAnnot, err)
		}
		if a.Interface == "" {
			a.Interface = fmt.Sprintf("net%d", i+1) // counted by its place, named ones included
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
	selected, err := selection(pod.Annotations[defaultNetworkAnnotation], multusNamespace)
	if err != nil || len(selected) == 0 {
		return nil, err
	}
	if len(selected) > 1 {
		return nil, fmt.Errorf("it names %d networks, and a pod has one default network", len(selected))
	}
	a, err := attach(selected[0], set)
	if err != nil {
		return nil, err
	}
	a.Interface = "eth0"
	a.Capabilities[netconf.PodAnnotationsCapability] = pod.Annotations
	return []Attachment{a}, nil
}

func selection(annotation, namespace string) ([]*nettypes.NetworkSelectionElement, error) {
	if annotation == "" {
		return nil, nil
	}
	return utils.ParseNetworkAnnotation(annotation, namespace)
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
