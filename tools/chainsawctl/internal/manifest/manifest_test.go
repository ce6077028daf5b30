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
	return Read([]string{"-"}, strings.NewReader(text))
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
	set, err := Read([]string{file, "-"}, strings.NewReader(pod))
	if err != nil || len(set.Networks) != 1 || len(set.Pods) != 1 {
		t.Errorf("read %d networks, %d pods, %v", len(set.Networks), len(set.Pods), err)
	}
}

func TestReadNamesThePlace(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"YAML in the second document", network + "---\nkind: Pod\nmetadata: {name: a\n", "-: yaml: line 9:"},
		{"duplicate key", network + "---\nkind: Pod\nkind: Pod\n", "line 9: key \"kind\" already set"},
		{"annotation that is no string", "kind: Pod\nmetadata:\n  name: a\n  annotations: {a: 1}\n", "annotations of type string"},
		{"two of a name", network + "---\n# again\n" + network, "line 9: default/storage is defined a second time"},
		{"no kind", "---\n\nmetadata:\n  name: a\n", "line 3: this object has no kind"},
		{"no name", "kind: Pod\n", "line 1: this object has no metadata.name"},
		{"a list", "- a\n- b\n", "line 1: this is no Kubernetes object"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := read(t, test.text)
			if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("the error is %v, want one line with %q", err, test.want)
			}
		})
	}
}

func TestReadNamesAMissingFile(t *testing.T) {
	if _, err := Read([]string{"no-such.yaml"}, nil); err == nil || !strings.Contains(err.Error(), "no-such.yaml") {
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
