package delegate

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	nettypes "github.com/k8snetworkplumbingwg/network-attachment-definition-client/pkg/apis/k8s.cni.cncf.io/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/chainsaw-cni/chainsaw/shared/netconf"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/manifest"
)

func nad(namespace, name, config string) nettypes.NetworkAttachmentDefinition {
	return nettypes.NetworkAttachmentDefinition{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name},
		Spec:       nettypes.NetworkAttachmentDefinitionSpec{Config: config},
	}
}

var set = manifest.Set{Networks: []nettypes.NetworkAttachmentDefinition{
	nad("default", "red", `{"plugins": [{"type": "bridge"}, {"type": "chainsaw", "args": {"cni": {"chainsaw": ["ip link"], "other": 1}}}]}`),
	nad("lab", "blue", `{"name": "blue-chain", "type": "bridge"}`),
	nad("kube-system", "pods", `{"name": "pods", "type": "ptp"}`),
	nad("default", "empty", ""),
	nad("default", "broken", `{"name": "x", "plugins": [}`),
	nad("default", "null", `null`),
	nad("default", "scalar", `{"plugins": [1]}`),
}}

func attachments(annotations map[string]string) ([]Attachment, error) {
	return Attachments(&corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: "web-0", Annotations: annotations}}, set)
}

func TestAttachmentsAreNamedByTheirPlace(t *testing.T) {
	got, err := attachments(map[string]string{
		nettypes.NetworkAttachmentAnnot: "red, lab/blue@uplink, red",
		DefaultNetworkAnnotation:        "pods",
	})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, a := range got {
		names = append(names, a.Interface+" "+a.Network)
	}
	want := []string{"eth0 kube-system/pods", "net1 default/red", "uplink lab/blue", "net3 default/red"}
	if !reflect.DeepEqual(names, want) {
		t.Errorf("the attachments are %q, want %q", names, want)
	}
}

func TestDefaultNetworkHasThePodsAnnotations(t *testing.T) {
	annotations := map[string]string{DefaultNetworkAnnotation: "pods", "a": "b"}
	got, err := attachments(annotations)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got[0].Capabilities[netconf.PodAnnotationsCapability], annotations) {
		t.Errorf("the capabilities are %v", got[0].Capabilities)
	}
}

func TestConfigGetsItsName(t *testing.T) {
	got, err := attachments(map[string]string{nettypes.NetworkAttachmentAnnot: "red,lab/blue"})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"red", "blue-chain"} {
		var config struct{ Name string }
		if err := json.Unmarshal(got[i].Config, &config); err != nil || config.Name != want {
			t.Errorf("the name is %q, want %q (%v)", config.Name, want, err)
		}
	}
}

func TestSelectionFillsArgsAndCapabilities(t *testing.T) {
	got, err := attachments(map[string]string{nettypes.NetworkAttachmentAnnot: `[{
		"name": "red", "interface": "x1", "mac": "02:00:00:00:00:01", "ips": ["192.0.2.9/24"],
		"cni-args": {"chainsaw": ["ip route"]}}]`})
	if err != nil {
		t.Fatal(err)
	}
	type plugin struct {
		Args struct{ CNI map[string]any }
	}
	var config struct{ Plugins []plugin }
	if err := json.Unmarshal(got[0].Config, &config); err != nil {
		t.Fatal(err)
	}
	want := []map[string]any{
		{"chainsaw": []any{"ip route"}},
		{"chainsaw": []any{"ip route"}, "other": 1.0}, // over the network's own, key by key
	}
	for i, p := range config.Plugins {
		if !reflect.DeepEqual(p.Args.CNI, want[i]) {
			t.Errorf("plugin #%d has args.cni %v, want %v", i, p.Args.CNI, want[i])
		}
	}
	if c := got[0].Capabilities; c["mac"] != "02:00:00:00:00:01" || !reflect.DeepEqual(c["ips"], []string{"192.0.2.9/24"}) || len(c) != 2 {
		t.Errorf("the capabilities are %v", c)
	}
}

func TestAttachmentsRefuse(t *testing.T) {
	networks := func(value string) map[string]string {
		return map[string]string{nettypes.NetworkAttachmentAnnot: value}
	}
	for _, test := range []struct {
		name        string
		annotations map[string]string
		want        string
	}{
		{"a pod without networks", nil, "asks for no network"},
		{"an unknown network", networks("rde"), "did you mean default/red?"},
		{"a network of another namespace", networks("blue"), "there is no net-attach-def default/blue"},
		{"an annotation that is no list", networks(`[{"name": 1}]`), "annotation " + nettypes.NetworkAttachmentAnnot},
		{"a network that is null", networks(`[{"name": "red"}, null]`), "a network of it is null"},
		{"a network without configuration", networks("empty"), "no spec.config"},
		{"a configuration that is no JSON", networks("broken"), `behind "{\"name\": \"x\", \"plugins\": [}"`},
		{"a configuration that is null", networks("null"), "it is null"},
		{"a plugin that is no object", networks(`[{"name": "scalar", "cni-args": {"a": 1}}]`), "plugin #1 of spec.config is no object"},
		{"two default networks", map[string]string{DefaultNetworkAnnotation: "pods,pods"}, "names 2 networks"},
		{"a default network outside kube-system", map[string]string{DefaultNetworkAnnotation: "red"}, "there is no net-attach-def kube-system/red"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := attachments(test.annotations)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v and the error %v, want %q in it", got, err, test.want)
			}
		})
	}
}
