package stories

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	core "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// example is one of the manifests that users start from.
func example(t *testing.T, name string) string {
	t.Helper()
	return read(t, "../../examples/"+name+".yaml")
}

// deployment is one of those that administrators apply.
func deployment(t *testing.T, name string) string {
	t.Helper()
	return read(t, "../../deployments/"+name+".yaml")
}

func read(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// network is a net-attach-def of a bridge, and of the plugin behind it, which
// is JSON.
func network(name, subnet, plugin string) string {
	return netAttachDef(name, fmt.Sprintf(`{"cniVersion": "1.0.0", "name": %q, "plugins": [%s, %s]}`,
		name, bridge(name, subnet), plugin))
}

func bridge(name, subnet string) string {
	return fmt.Sprintf(`{"type": "bridge", "bridge": %q, "ipam": {"type": "host-local", "subnet": %q}}`, name, subnet)
}

func netAttachDef(name, config string) string {
	return manifest(map[string]any{
		"apiVersion": "k8s.cni.cncf.io/v1",
		"kind":       "NetworkAttachmentDefinition",
		"metadata":   map[string]any{"name": name},
		"spec":       map[string]any{"config": config},
	})
}

// pod is a pod that sleeps.
func pod(name string, annotations map[string]string) string {
	return manifest(sleeper(name, annotations))
}

func sleeper(name string, annotations map[string]string) core.Pod {
	return core.Pod{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Pod"},
		ObjectMeta: metav1.ObjectMeta{Name: name, Annotations: annotations},
		Spec: core.PodSpec{
			TerminationGracePeriodSeconds: new(int64(1)),
			Containers: []core.Container{{
				Name: "shell", Image: "alpine", Command: []string{"sleep", "infinity"},
			}},
		},
	}
}

// manifest is YAML, of which JSON is a part.
func manifest(object any) string {
	text, err := json.Marshal(object)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// The annotations that stories are about.
const (
	networks = "k8s.v1.cni.cncf.io/networks"
	chainsaw = "k8s.v1.cni.cncf.io/chainsaw"
)

// wantRoutes checks routes as `ip route` prints them: those that begin with one
// of the first must be there, those of the others must not.
func wantRoutes(t *testing.T, routes string, want, not []string) {
	t.Helper()
	has := func(beginning string) bool { return strings.Contains("\n"+routes, "\n"+beginning) }
	for _, route := range want {
		if !has(route) {
			t.Errorf("there is no route %s in\n%s", route, routes)
		}
	}
	for _, route := range not {
		if has(route) {
			t.Errorf("there is a route %s in\n%s", route, routes)
		}
	}
}
