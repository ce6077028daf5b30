package deployments

import (
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	apps "k8s.io/api/apps/v1"
	core "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
)

func TestEveryManifestIsTaken(t *testing.T) {
	c := start(t)
	for _, file := range manifests(t) {
		t.Run(filepath.Base(file), func(t *testing.T) {
			for _, object := range documents(t, file) {
				if err := c.apply(t, object, dryRun...); err != nil {
					t.Errorf("applying %s %s: %v", object.GetKind(), object.GetName(), err)
				}
				if err := c.create(t, object, dryRun...); err != nil {
					t.Errorf("creating %s %s: %v", object.GetKind(), object.GetName(), err)
				}
			}
		})
	}
	t.Run("and so are the pods", func(t *testing.T) {
		each(t, "DaemonSet", func(t *testing.T, set apps.DaemonSet) {
			if err := c.create(t, podFrom(t, set, set.Namespace), dryRun...); err != nil {
				t.Error(err)
			}
		})
	})
	c.namespace(t, "baseline", map[string]any{"pod-security.kubernetes.io/enforce": "baseline"})
	t.Run("and are unusual only in what is meant", func(t *testing.T) {
		each(t, "DaemonSet", func(t *testing.T, set apps.DaemonSet) {
			check(t, c.create(t, podFrom(t, set, "baseline"), dryRun...), `violates PodSecurity "baseline:latest": `+unusual(set))
		})
	})
}

// unusual is all that the standard for ordinary pods finds fault with.
func unusual(set apps.DaemonSet) string {
	var volumes []string
	for _, volume := range set.Spec.Template.Spec.Volumes {
		if volume.HostPath != nil {
			volumes = append(volumes, strconv.Quote(volume.Name))
		}
	}
	container := slices.Concat(set.Spec.Template.Spec.InitContainers, set.Spec.Template.Spec.Containers)[0].Name
	return fmt.Sprintf(`host namespaces (hostNetwork=true), hostPath volumes (volumes %s), `+
		`seLinuxOptions (container %q set forbidden securityContext.seLinuxOptions: type "spc_t")`, strings.Join(volumes, ", "), container)
}

// podFrom is the pod that a daemon set would make.
func podFrom(t *testing.T, set apps.DaemonSet, namespace string) *unstructured.Unstructured {
	t.Helper()
	pod := core.Pod{ObjectMeta: set.Spec.Template.ObjectMeta, Spec: set.Spec.Template.Spec}
	pod.Name, pod.Namespace, pod.Spec.NodeName = set.Name, namespace, "nowhere"
	made, err := runtime.DefaultUnstructuredConverter.ToUnstructured(&pod)
	if err != nil {
		t.Fatal(err)
	}
	object := &unstructured.Unstructured{Object: made}
	object.SetAPIVersion("v1")
	object.SetKind("Pod")
	return object
}

// each calls check for every object of a kind in the manifests.
func each[T any](t *testing.T, kind string, check func(t *testing.T, object T)) {
	t.Helper()
	found := false
	for _, file := range manifests(t) {
		for _, object := range documents(t, file) {
			if object.GetKind() != kind {
				continue
			}
			found = true
			var typed T
			if err := runtime.DefaultUnstructuredConverter.FromUnstructuredWithValidation(object.Object, &typed, true); err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			t.Run(filepath.Base(file)+" "+object.GetName(), func(t *testing.T) { check(t, typed) })
		}
	}
	if !found {
		t.Errorf("there is no %s in the manifests", kind)
	}
}
