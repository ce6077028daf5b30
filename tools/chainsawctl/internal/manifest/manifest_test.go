package manifest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const network = `apiVersion: k8s.cni.cncf.io/v1
kind: NetworkAttachmentDefinition
metadata:
  name: storage
spec:
  config: '{"type": "bridge"}'
`

const pod = `apiVersion: v1
kind: Pod
metadata:
  name: web-0
  namespace: shop
`

func read(t *testing.T, text string) (Set, error) {
	t.Helper()
	return Read(t.Context(), []string{"-"}, strings.NewReader(text))
}

func TestReadTakesNetworksAndPods(t *testing.T) {
	set, err := read(t, "# a comment\n---\n"+network+"--- # the pod\n"+pod+"---\nkind: Service\n---\n")
	if err != nil {
		t.Fatal(err)
	}
	found, err := set.Network("default", "storage") // the namespace that it did not name
	if err != nil || found.Spec.Config != `{"type": "bridge"}` {
		t.Errorf("the network is %+v, %v", found, err)
	}
	pods, err := set.Select(nil)
	if err != nil || len(pods) != 1 || pods[0].Namespace != "shop" {
		t.Errorf("the pods are %v, %v", pods, err)
	}
}

func TestReadJoinsFiles(t *testing.T) {
	file := filepath.Join(t.TempDir(), "network.yaml")
	if err := os.WriteFile(file, []byte(network), 0o600); err != nil {
		t.Fatal(err)
	}
	set, err := Read(t.Context(), []string{file, "-"}, strings.NewReader(pod))
	if err != nil || len(set.Networks) != 1 || len(set.Pods) != 1 {
		t.Errorf("read %d networks, %d pods, %v", len(set.Networks), len(set.Pods), err)
	}
}

func TestReadNamesThePlace(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"YAML in the second document", network + "---\nkind: Pod\nmetadata: {name: a\n", "<stdin>:9:1: this is no YAML"},
		{"duplicate key", network + "---\nkind: Pod\nkind: Pod\n", `<stdin>:9:1: the key "kind" stands here a second time`},
		{"annotation that is no string", "kind: Pod\nmetadata:\n  name: a\n  annotations: {a: 1}\n", `<stdin>:4:20: "a" must be a string, and it is a number`},
		{"annotation that YAML 1.1 takes for true", "kind: Pod\nmetadata: {name: a, annotations: {a: yes}}\n", "true or false"},
		{"two of a name", network + "---\n# again\n" + network, "<stdin>:9:1: default/storage is defined a second time"},
		{"no kind", "---\n\nmetadata:\n  name: a\n", "<stdin>:3:1: this is no Kubernetes object"},
		{"no name", "kind: Pod\n", "<stdin>:1:1: this object has no metadata.name"},
		{"a list", "- a\n- b\n", "<stdin>:1:1: this is no Kubernetes object"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := read(t, test.text)
			if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("the error is %v, want one line with %q", err, test.want)
			}
		})
	}
}

func TestReadTakesListsApart(t *testing.T) {
	set, err := read(t, "kind: List\nitems:\n- kind: Pod\n  metadata: {name: a}\n  spec: {hostNetwork: yes}\n- kind: Pod\n  metadata: {name: b}\n")
	if err != nil || len(set.Pods) != 2 || !set.Pods[0].Spec.HostNetwork || set.Pods[1].Spec.HostNetwork {
		t.Errorf("the pods are %v, %v", set.Pods, err)
	}
}

func TestReadNamesAMissingFile(t *testing.T) {
	if _, err := Read(t.Context(), []string{"no-such.yaml"}, nil); err == nil || !strings.Contains(err.Error(), "no-such.yaml") {
		t.Errorf("the error is %v", err)
	}
}

func TestFindingHelpsWithTypingErrors(t *testing.T) {
	set, err := read(t, network+"---\n"+pod)
	if err != nil {
		t.Fatal(err)
	}
	_, networkErr := set.Network("default", "sotrage")
	_, farErr := set.Network("default", "mtu")
	_, podErr := set.Select([]string{"web-1"})
	none, err := read(t, "kind: Deployment\nmetadata: {name: a}\n")
	if err != nil {
		t.Fatal(err)
	}
	_, noPodErr := none.Select(nil)
	for _, test := range []struct {
		err  error
		want string
	}{
		{networkErr, "did you mean default/storage?"},
		{farErr, "there are: default/storage"},
		{podErr, "did you mean web-0?"},
		{noPodErr, "no Pod, only Deployment"},
	} {
		if test.err == nil || !strings.Contains(test.err.Error(), test.want) {
			t.Errorf("the error is %v, want %q in it", test.err, test.want)
		}
	}
}

func TestSelectTakesEitherName(t *testing.T) {
	set, err := read(t, pod+"---\n"+strings.ReplaceAll(pod, "web-0", "web-1"))
	if err != nil {
		t.Fatal(err)
	}
	for _, names := range [][]string{{"web-1"}, {"shop/web-1"}} {
		pods, err := set.Select(names)
		if err != nil || len(pods) != 1 || pods[0].Name != "web-1" {
			t.Errorf("Select(%q) = %v, %v", names, pods, err)
		}
	}
}
