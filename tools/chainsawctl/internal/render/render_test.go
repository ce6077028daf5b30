package render

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	nettypes "github.com/k8snetworkplumbingwg/network-attachment-definition-client/pkg/apis/k8s.cni.cncf.io/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"github.com/chainsaw-cni/chainsaw/shared/netconf"
	"github.com/chainsaw-cni/chainsaw/shared/pod"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/dryrun"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/manifest"
)

func TestExamplesWouldRun(t *testing.T) {
	files, err := filepath.Glob("../../../../examples/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("there are no examples (%v)", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			set, err := manifest.Read(t.Context(), []string{file}, nil)
			if err != nil {
				t.Fatal(err)
			}
			for i := range set.Pods {
				rendered, err := Renderer{}.Pod(t.Context(), &set.Pods[i], set)
				if err != nil {
					t.Fatal(err)
				}
				if !rendered.Sound() {
					text, _ := json.Marshal(rendered)
					t.Errorf("something of it would be refused: %s", text)
				}
			}
		})
	}
}

// set is a network with a default, and how the pod's list goes with it.
func set(how netconf.PodCommands) manifest.Set {
	config := `{"cniVersion": "1.0.0", "name": "chain", "plugins": [{"type": "bridge"}, {"type": "chainsaw", "commands": ["ip link"], "podCommands": "` + string(how) + `"}]}`
	return manifest.Set{Networks: []nettypes.NetworkAttachmentDefinition{{
		ObjectMeta: metav1.ObjectMeta{Namespace: "apps", Name: "red"},
		Spec:       nettypes.NetworkAttachmentDefinitionSpec{Config: config},
	}}}
}

func podWith(commands string) *corev1.Pod {
	annotations := map[string]string{nettypes.NetworkAttachmentAnnot: "red"}
	if commands != "" {
		annotations[pod.CommandsAnnotation] = commands
	}
	return &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: "apps", Name: "web-0", Annotations: annotations}}
}

func TestCommandsAreMergedAsTheNetworkSays(t *testing.T) {
	const defaults, own = "net-attach-def default #1 ip link show", "pod annotation #1 ip route show"
	for _, test := range []struct {
		how      netconf.PodCommands
		commands string
		want     []string
	}{
		{netconf.Replace, `["ip route"]`, []string{own}},
		{netconf.Append, `["ip route"]`, []string{defaults, own}},
		{netconf.Prepend, `["ip route"]`, []string{own, defaults}},
		{netconf.Ignore, `["ip route"]`, []string{defaults}},
		{netconf.Replace, "", []string{defaults}},
		{netconf.Replace, "[]", nil},
		{netconf.Replace, `{"net1": ["ip route"]}`, []string{own}},
		{netconf.Replace, `{"chain": ["ip route"]}`, []string{own}},
		{netconf.Replace, `{"red": ["ip route"]}`, []string{defaults}}, // a plugin never learns that name
	} {
		t.Run(string(test.how)+" "+test.commands, func(t *testing.T) {
			rendered, err := Renderer{}.Pod(t.Context(), podWith(test.commands), set(test.how))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, c := range rendered.Attachments[0].Links[0].Commands {
				got = append(got, c.Origin+" "+c.Runs)
			}
			if !reflect.DeepEqual(got, test.want) {
				t.Errorf("would run %q, want %q", got, test.want)
			}
		})
	}
}

func TestHostNetworkIsRefused(t *testing.T) {
	p := podWith("")
	p.Spec.HostNetwork = true
	if _, err := (Renderer{}).Pod(t.Context(), p, set(netconf.Replace)); err == nil || !strings.Contains(err.Error(), "hostNetwork") {
		t.Errorf("got %v", err)
	}
}

func TestTextEscapesWhatItIsGiven(t *testing.T) {
	hostile := "\x1b[2J\u202e\nPod x"
	var out bytes.Buffer
	err := WriteText(&out, []Pod{{Pod: hostile, Attachments: []Attachment{{
		Interface: hostile, Network: hostile, Chain: []string{hostile},
		Links: []Link{{Type: hostile, Error: hostile}, {Type: hostile, Commands: []dryrun.Command{{Text: hostile, Origin: hostile, Reason: hostile}}}},
	}}}})
	if err != nil || strings.ContainsAny(out.String(), "\x1b\u202e") || strings.Contains(out.String(), "\nPod x") {
		t.Errorf("%v\n%q", err, out.String())
	}
}

func TestYAMLSaysWhatJSONSays(t *testing.T) {
	rendered, err := Renderer{}.Pod(t.Context(), podWith(`["ip route", "rout"]`), set(netconf.Append))
	if err != nil {
		t.Fatal(err)
	}
	var asJSON, asYAML bytes.Buffer
	if err := WriteJSON(&asJSON, []Pod{rendered}); err != nil {
		t.Fatal(err)
	}
	if err := WriteYAML(&asYAML, []Pod{rendered}); err != nil {
		t.Fatal(err)
	}
	back, err := yaml.YAMLToJSON(asYAML.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if got, want := generic(t, back), generic(t, asJSON.Bytes()); !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func generic(t *testing.T, text []byte) (value any) {
	t.Helper()
	if err := json.Unmarshal(text, &value); err != nil {
		t.Fatal(err)
	}
	return value
}
