// Package manifest is the net-attach-defs and pods of manifests, for those who
// run or show what they ask for. It keeps of an object what decides over that:
// its name, its annotations, the network's configuration.
//
// It looks into neither: what a configuration or an annotation means is for the
// packages that use it. It stops at the first thing that is wrong; package lint
// finds all.
package manifest

import (
	"context"
	"errors"
	"fmt"
	"io"

	nettypes "github.com/k8snetworkplumbingwg/network-attachment-definition-client/pkg/apis/k8s.cni.cncf.io/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/source"
)

// Set is what files hold, in their order. Objects without a namespace are in "default".
type Set struct {
	Networks []nettypes.NetworkAttachmentDefinition
	Pods     []corev1.Pod

	others []string // kinds that were passed over
}

// Read reads files, folders and patterns; "-" is stdin.
func Read(ctx context.Context, paths []string, stdin io.Reader) (Set, error) {
	var set Set
	for file, err := range source.Read(ctx, paths, stdin) {
		if err != nil {
			return Set{}, located(err)
		}
		documents, errs := file.AllDocuments()
		if len(errs) > 0 {
			return Set{}, located(errs[0])
		}
		for _, document := range documents {
			if err := set.add(document); err != nil {
				return Set{}, err
			}
		}
	}
	return set, ctx.Err()
}

func located(err *source.Error) error {
	if err.At.File.Text == nil { // the input as a whole
		return fmt.Errorf("%s: %w", err.At.File.Name, err)
	}
	return fmt.Errorf("%s: %w", err.At, err)
}

func (s *Set) add(document source.Document) error {
	var r reader
	switch document.Kind {
	case "NetworkAttachmentDefinition":
		s.Networks = append(s.Networks, r.network(document.Root))
		refuseSecond(&r, s.Networks)
	case "Pod":
		s.Pods = append(s.Pods, r.pod(document.Root))
		refuseSecond(&r, s.Pods)
	case "":
		r.fail(document.Root, errors.New("this is no Kubernetes object: it has no kind"))
	default:
		s.others = append(s.others, document.Kind)
	}
	return r.err
}

// object is a pointer to a T that is a Kubernetes object.
type object[T any] interface {
	*T
	metav1.Object
}

// refuseSecond refuses a second object of a name: kubectl would let the last
// one win, and which one was meant is anybody's guess.
func refuseSecond[T any, P object[T]](r *reader, list []T) {
	last := P(&list[len(list)-1])
	for i := range len(list) - 1 {
		if name(P(&list[i])) == name(last) {
			r.fail(r.root, fmt.Errorf("%s is defined a second time here", name(last)))
		}
	}
}

func name(o metav1.Object) string { return o.GetNamespace() + "/" + o.GetName() }
