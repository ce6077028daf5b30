// Package manifest reads the net-attach-defs and pods of YAML files, as kubectl
// would take them. It looks into neither: what a network's configuration means
// is for the packages that use it.
package manifest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	nettypes "github.com/k8snetworkplumbingwg/network-attachment-definition-client/pkg/apis/k8s.cni.cncf.io/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"
)

// maxBytes bounds one file: an API server takes no object above 3 MiB.
const maxBytes = 32 << 20

// Set is what files hold, in their order. Objects without a namespace are in "default".
type Set struct {
	Networks []nettypes.NetworkAttachmentDefinition
	Pods     []corev1.Pod

	others []string // kinds that were passed over
}

// Read reads files; "-" is stdin.
func Read(files []string, stdin io.Reader) (Set, error) {
	var set Set
	for _, file := range files {
		text, err := readFile(file, stdin)
		if err != nil {
			return Set{}, err
		}
		for _, document := range split(text) {
			if err := set.add(document); err != nil {
				return Set{}, fmt.Errorf("%s: %w", file, err)
			}
		}
	}
	return set, nil
}

func readFile(file string, stdin io.Reader) ([]byte, error) {
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		stdin = f
	}
	text, err := io.ReadAll(io.LimitReader(stdin, maxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	if len(text) > maxBytes {
		return nil, fmt.Errorf("%s is larger than %d MiB", file, maxBytes>>20)
	}
	return text, nil
}

func (s *Set) add(document []byte) error {
	object, err := yaml.YAMLToJSONStrict(document)
	if err != nil {
		return plain(err)
	}
	var header metav1.TypeMeta
	if err := json.Unmarshal(object, &header); err != nil {
		return fmt.Errorf("line %d: this is no Kubernetes object: %w", firstLine(document), plain(err))
	}
	switch header.Kind {
	case "NetworkAttachmentDefinition":
		err = addTo(&s.Networks, object)
	case "Pod":
		err = addTo(&s.Pods, object)
	case "":
		if string(object) != "null" { // that is: more than comments
			err = errors.New("this object has no kind")
		}
	default:
		s.others = append(s.others, header.Kind)
	}
	if err != nil {
		return fmt.Errorf("line %d: %w", firstLine(document), err)
	}
	return nil
}

// object is a pointer to a T that is a Kubernetes object.
type object[T any] interface {
	*T
	metav1.Object
}

// addTo refuses a second object of a name: kubectl would let the last one win,
// and which one was meant is anybody's guess.
func addTo[T any, P object[T]](list *[]T, text []byte) error {
	var added T
	if err := json.Unmarshal(text, &added); err != nil {
		return plain(err)
	}
	o := P(&added)
	if o.GetName() == "" {
		return errors.New("this object has no metadata.name")
	}
	if o.GetNamespace() == "" {
		o.SetNamespace(metav1.NamespaceDefault)
	}
	for i := range *list {
		if name(P(&(*list)[i])) == name(o) {
			return fmt.Errorf("%s is defined a second time here", name(o))
		}
	}
	*list = append(*list, added)
	return nil
}

func name(o metav1.Object) string { return o.GetNamespace() + "/" + o.GetName() }

// plain is the cause of an error of the YAML package, on one line.
func plain(err error) error {
	for cause := errors.Unwrap(err); cause != nil; cause = errors.Unwrap(cause) {
		err = cause
	}
	return errors.New(strings.Join(strings.Fields(err.Error()), " "))
}
