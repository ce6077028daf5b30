package manifest

import (
	"errors"
	"fmt"

	nettypes "github.com/k8snetworkplumbingwg/network-attachment-definition-client/pkg/apis/k8s.cni.cncf.io/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/source"
)

// reader reads one object, and remembers the first thing that is wrong.
type reader struct {
	root *source.Node
	err  error
}

func (r *reader) fail(at *source.Node, err error) {
	if r.err == nil {
		r.err = fmt.Errorf("%s: %w", at.Span(), err)
	}
}

func (r *reader) network(root *source.Node) nettypes.NetworkAttachmentDefinition {
	return nettypes.NetworkAttachmentDefinition{
		ObjectMeta: r.meta(root),
		Spec:       nettypes.NetworkAttachmentDefinitionSpec{Config: r.text(root, "spec", "config")},
	}
}

func (r *reader) pod(root *source.Node) corev1.Pod {
	return corev1.Pod{
		ObjectMeta: r.meta(root),
		Spec:       corev1.PodSpec{HostNetwork: r.truth(root, "spec", "hostNetwork")},
	}
}

func (r *reader) meta(root *source.Node) metav1.ObjectMeta {
	r.root = root
	meta := metav1.ObjectMeta{
		Name:        r.text(root, "metadata", "name"),
		Namespace:   r.text(root, "metadata", "namespace"),
		UID:         types.UID(r.text(root, "metadata", "uid")),
		Annotations: r.texts(root.Get("metadata", "annotations")),
	}
	if meta.Name == "" {
		r.fail(root, errors.New("this object has no metadata.name"))
	}
	if meta.Namespace == "" {
		meta.Namespace = metav1.NamespaceDefault
	}
	return meta
}

func (r *reader) text(root *source.Node, path ...string) string {
	n := root.Get(path...)
	r.expect(n, source.String, path[len(path)-1])
	if n == nil || n.Kind == source.Null {
		return ""
	}
	return n.Value
}

func (r *reader) truth(root *source.Node, path ...string) bool {
	n := root.Get(path...)
	r.expect(n, source.Bool, path[len(path)-1])
	return n.True()
}

func (r *reader) texts(n *source.Node) map[string]string {
	if n == nil {
		return nil
	}
	r.expect(n, source.Map, "annotations")
	all := make(map[string]string)
	for _, m := range n.Members {
		all[m.Key.Value] = r.text(n, m.Key.Value)
	}
	return all
}

// expect wants a kind of value where there is one.
func (r *reader) expect(n *source.Node, kind source.Kind, what string) {
	if n != nil && n.Kind != kind && n.Kind != source.Null {
		r.fail(n, fmt.Errorf("%q must be %s, and it is %s", what, kind, n.Kind))
	}
}
