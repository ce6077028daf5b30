package cluster

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/exit"
)

// objects are what the API server has, by the path under which clients get them.
var objects = map[string]any{
	"/api/v1/namespaces/apps/pods/web-0": object("Pod", "apps", "web-0", map[string]string{
		"k8s.v1.cni.cncf.io/networks": "red, lab/blue, red",
	}),
	"/api/v1/namespaces/apps/pods/lost":                                                     object("Pod", "apps", "lost", map[string]string{"k8s.v1.cni.cncf.io/networks": "gone"}),
	"/api/v1/namespaces/apps/pods/broken":                                                   object("Pod", "apps", "broken", map[string]string{"k8s.v1.cni.cncf.io/networks": "[{]"}),
	"/apis/k8s.cni.cncf.io/v1/namespaces/apps/network-attachment-definitions/red":           object("NetworkAttachmentDefinition", "apps", "red", nil),
	"/apis/k8s.cni.cncf.io/v1/namespaces/lab/network-attachment-definitions/blue":           object("NetworkAttachmentDefinition", "lab", "blue", nil),
	"/apis/k8s.cni.cncf.io/v1/namespaces/kube-system/network-attachment-definitions/unused": object("NetworkAttachmentDefinition", "kube-system", "unused", nil),
}

func object(kind, namespace, name string, annotations map[string]string) any {
	return map[string]any{"kind": kind, "metadata": map[string]any{"namespace": namespace, "name": name, "annotations": annotations}}
}

func serve(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	found, there := objects[r.URL.Path]
	if !there {
		w.WriteHeader(http.StatusNotFound)
		found = map[string]any{"kind": "Status", "status": "Failure", "reason": "NotFound", "code": http.StatusNotFound}
	}
	_ = json.NewEncoder(w).Encode(found)
}

func kubeconfig(t *testing.T, url string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "kubeconfig")
	text := fmt.Sprintf(`{"clusters": [{"name": "c", "cluster": {"server": %q}}], "contexts": [{"name": "x", "context": {"cluster": "c", "namespace": "apps"}}], "current-context": "x"}`, url)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestFetchGetsPodsAndTheirNetworks(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(serve))
	defer server.Close()
	c := Config{Kubeconfig: kubeconfig(t, server.URL)}
	for _, name := range []string{"web-0", "apps/web-0"} {
		set, err := c.Fetch(t.Context(), []string{name})
		if err != nil {
			t.Fatal(err)
		}
		var networks []string
		for _, n := range set.Networks {
			networks = append(networks, n.Namespace+"/"+n.Name)
		}
		if len(set.Pods) != 1 || strings.Join(networks, " ") != "apps/red lab/blue" {
			t.Errorf("%s: got %d pods and the networks %q", name, len(set.Pods), networks)
		}
	}
}

func TestFetchSaysWhatIsWrong(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(serve))
	defer server.Close()
	gone := httptest.NewServer(nil)
	gone.Close()
	for _, test := range []struct {
		name, url, pod, namespace string
		code                      int
		want                      string
	}{
		{"no such pod", server.URL, "web-1", "", exit.Usage, "there is no pod apps/web-1 in the cluster"},
		{"another namespace", server.URL, "web-0", "lab", exit.Usage, "there is no pod lab/web-0 in the cluster"},
		{"no such network", server.URL, "lost", "", exit.Usage, "there is no net-attach-def apps/gone in the cluster"},
		{"a broken annotation", server.URL, "broken", "", exit.Usage, "pod broken: annotation k8s.v1.cni.cncf.io/networks"},
		{"no API server", gone.URL, "web-0", "", exit.CouldNotRun, "getting the pod apps/web-0 from the cluster"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := Config{Kubeconfig: kubeconfig(t, test.url), Namespace: test.namespace}.Fetch(t.Context(), []string{test.pod})
			if exit.Code(err) != test.code || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got code %d and %v, want %d and %q", exit.Code(err), err, test.code, test.want)
			}
		})
	}
}
