// Package deployments tests what `kubectl apply` is given on a real API server:
// that it takes every manifest, that the policies for admission allow and refuse
// what they say, and that the ServiceAccount may do what chainsawd needs and
// nothing else. Whether a daemon set's pods then run is e2e/stories' matter.
package deployments

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/restmapper"

	"github.com/chainsaw-cni/chainsaw/e2e/apiserver"
)

const folder = "../../deployments"

// cluster is an API server and what speaks to it as its administrator.
type cluster struct {
	server  *apiserver.Server
	clients kubernetes.Interface
	objects dynamic.Interface
}

func start(t *testing.T) *cluster {
	t.Helper()
	server := apiserver.StartFor(t)
	config := unhurried(server.Admin())
	c := &cluster{server, kubernetes.NewForConfigOrDie(config), dynamic.NewForConfigOrDie(config)}
	for _, crd := range documents(t, "testdata/crds.yaml") {
		c.mustApply(t, crd)
	}
	c.await(t, "the CRDs are served", func() bool {
		_, err := c.kind(crdKinds[0])
		_, also := c.kind(crdKinds[1])
		return err == nil && also == nil
	})
	return c
}

var crdKinds = []runtime.Object{
	&metav1.PartialObjectMetadata{TypeMeta: metav1.TypeMeta{APIVersion: "k8s.cni.cncf.io/v1", Kind: "NetworkAttachmentDefinition"}},
	&metav1.PartialObjectMetadata{TypeMeta: metav1.TypeMeta{APIVersion: "security.openshift.io/v1", Kind: "SecurityContextConstraints"}},
}

// unhurried is a configuration whose client does not slow itself down.
func unhurried(config *rest.Config) *rest.Config {
	config.QPS = -1
	return config
}

// await asks until the answer is yes, which the API server gives in its time.
func (c *cluster) await(t *testing.T, what string, asked func() bool) {
	t.Helper()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(time.Minute); !asked(); <-tick.C {
		if time.Now().After(deadline) {
			t.Fatalf("after a minute it is not yet so: %s", what)
		}
	}
}

// kind finds where objects of this kind live.
func (c *cluster) kind(object runtime.Object) (*meta.RESTMapping, error) {
	groups, err := restmapper.GetAPIGroupResources(c.clients.Discovery())
	if err != nil && !discovery.IsGroupDiscoveryFailedError(err) {
		return nil, err
	}
	gvk := object.GetObjectKind().GroupVersionKind()
	return restmapper.NewDiscoveryRESTMapper(groups).RESTMapping(gvk.GroupKind(), gvk.Version)
}

// of is the client for objects of this one's kind, in its namespace.
func (c *cluster) of(object *unstructured.Unstructured) (dynamic.ResourceInterface, error) {
	mapping, err := c.kind(object)
	if err != nil {
		return nil, err
	}
	if mapping.Scope.Name() == meta.RESTScopeNameRoot {
		return c.objects.Resource(mapping.Resource), nil
	}
	namespace := object.GetNamespace()
	if namespace == "" {
		namespace = metav1.NamespaceDefault
	}
	return c.objects.Resource(mapping.Resource).Namespace(namespace), nil
}

// apply is a server-side apply which lets no unknown or repeated field through.
func (c *cluster) apply(t *testing.T, object *unstructured.Unstructured, dryRun ...string) error {
	t.Helper()
	client, err := c.of(object)
	if err != nil {
		return err
	}
	text, err := object.MarshalJSON()
	if err != nil {
		return err
	}
	_, err = client.Patch(t.Context(), object.GetName(), types.ApplyPatchType, text, metav1.PatchOptions{
		FieldManager: "test", FieldValidation: metav1.FieldValidationStrict, DryRun: dryRun,
	})
	return err
}

func (c *cluster) mustApply(t *testing.T, object *unstructured.Unstructured) {
	t.Helper()
	if err := c.apply(t, object); err != nil {
		t.Fatalf("applying %s %s: %v", object.GetKind(), object.GetName(), err)
	}
}

// create is what `kubectl create` does.
func (c *cluster) create(t *testing.T, object *unstructured.Unstructured, dryRun ...string) error {
	t.Helper()
	client, err := c.of(object)
	if err != nil {
		return err
	}
	_, err = client.Create(t.Context(), object, metav1.CreateOptions{FieldValidation: metav1.FieldValidationStrict, DryRun: dryRun})
	return err
}

// namespace makes a namespace with these labels.
func (c *cluster) namespace(t *testing.T, name string, labels map[string]any) {
	t.Helper()
	c.mustApply(t, &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "v1", "kind": "Namespace",
		"metadata": map[string]any{"name": name, "labels": labels},
	}})
}

// documents are the objects of a manifest.
func documents(t *testing.T, file string) []*unstructured.Unstructured {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var objects []*unstructured.Unstructured
	decoder := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(text), 4096)
	for {
		object := new(unstructured.Unstructured)
		err := decoder.Decode(object)
		if errors.Is(err, io.EOF) {
			return objects
		}
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		if len(object.Object) > 0 {
			objects = append(objects, object)
		}
	}
}

// manifests are the names of the files that are there to be applied.
func manifests(t *testing.T) []string {
	t.Helper()
	var names []string
	for _, pattern := range []string{"*.yaml", "admission/*.yaml"} {
		found, err := filepath.Glob(filepath.Join(folder, pattern))
		if err != nil || len(found) == 0 {
			t.Fatalf("%s: %v, %v", pattern, found, err)
		}
		names = append(names, found...)
	}
	return names
}

// refused says whether an error is admission's, and quotes this.
func refused(err error, quote string) bool {
	return apierrors.IsForbidden(err) && strings.Contains(err.Error(), quote)
}
