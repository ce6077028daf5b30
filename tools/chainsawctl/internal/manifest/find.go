package manifest

import (
	"fmt"
	"slices"
	"strings"

	nettypes "github.com/k8snetworkplumbingwg/network-attachment-definition-client/pkg/apis/k8s.cni.cncf.io/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/chainsaw-cni/chainsaw/shared/nearest"
)

// Network finds the net-attach-def of a namespace.
func (s Set) Network(namespace, wanted string) (*nettypes.NetworkAttachmentDefinition, error) {
	wanted = namespace + "/" + wanted
	var known []string
	for i := range s.Networks {
		network := &s.Networks[i]
		if name(network) == wanted {
			return network, nil
		}
		known = append(known, name(network))
	}
	return nil, missing("net-attach-def", wanted, known)
}

// Select picks pods, each by NAME or NAMESPACE/NAME. No names pick every pod.
func (s Set) Select(names []string) ([]*corev1.Pod, error) {
	if len(s.Pods) == 0 {
		return nil, s.noPods()
	}
	var picked []*corev1.Pod
	for i := range s.Pods {
		if len(names) == 0 || slices.ContainsFunc(names, func(n string) bool { return calls(n, &s.Pods[i]) }) {
			picked = append(picked, &s.Pods[i])
		}
	}
	for _, n := range names {
		if !slices.ContainsFunc(picked, func(pod *corev1.Pod) bool { return calls(n, pod) }) {
			return nil, missing("pod", n, s.podNames())
		}
	}
	return picked, nil
}

func calls(n string, pod *corev1.Pod) bool { return n == pod.Name || n == name(pod) }

func (s Set) podNames() []string {
	var names []string
	for i := range s.Pods {
		names = append(names, s.Pods[i].Name)
	}
	return names
}

func (s Set) noPods() error {
	if len(s.others) == 0 {
		return fmt.Errorf("the files hold no Pod: add one that asks for the network in its annotation %s", nettypes.NetworkAttachmentAnnot)
	}
	return fmt.Errorf("the files hold no Pod, only %s: add a Pod with the annotations of the template", strings.Join(slices.Compact(s.others), ", "))
}

func missing(what, wanted string, known []string) error {
	if len(known) == 0 {
		return fmt.Errorf("there is no %s %s, nor any other, in the files", what, wanted)
	}
	list := strings.Join(known, ", ")
	if near := nearest.Word(wanted, known); near != "" {
		return fmt.Errorf("there is no %s %s in the files; did you mean %s? (there are: %s)", what, wanted, near, list)
	}
	return fmt.Errorf("there is no %s %s in the files; there are: %s", what, wanted, list)
}
