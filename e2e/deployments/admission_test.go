package deployments

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	core "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
)

const (
	ours     = "k8s.v1.cni.cncf.io/chainsaw"
	networks = "k8s.v1.cni.cncf.io/networks"
	primary  = "v1.multus-cni.io/default-network"
)

// dryRun is all that a request needs to go through admission.
var dryRun = []string{metav1.DryRunAll}

func TestAdmission(t *testing.T) {
	c := start(t)
	c.namespace(t, "plain", nil)
	c.namespace(t, "netops", map[string]any{
		"chainsaw-cni.dev/pod-commands": "allowed", "chainsaw-cni.dev/variant": "chainsaw",
	})
	c.namespace(t, "lookers", map[string]any{
		"chainsaw-cni.dev/pod-commands": "Allowed", "chainsaw-cni.dev/variant": "chainsaw-inspect",
	})
	c.namespace(t, "nothing", map[string]any{"chainsaw-cni.dev/variant": "none"})
	c.namespace(t, "misspelt", map[string]any{"chainsaw-cni.dev/variant": "Chainsaw"})
	c.pod(t, "plain", "before", map[string]string{ours: `["ip route"]`})
	c.pod(t, "plain", "bare", nil)
	c.mustApply(t, nad("plain", "before", `{"type": "chainsaw"}`))
	c.enforce(t)

	t.Run("pods", func(t *testing.T) { testPods(t, c) })
	t.Run("ways to a pod's annotations", func(t *testing.T) { testWays(t, c) })
	t.Run("net-attach-defs", func(t *testing.T) { testNetAttachDefs(t, c) })
	t.Run("net-attach-defs of before", func(t *testing.T) { testOldNetAttachDef(t, c) })
}

// enforce applies the policies and waits until the API server goes by them.
func (c *cluster) enforce(t *testing.T) {
	t.Helper()
	for _, file := range []string{"pod-commands.yaml", "net-attach-defs.yaml"} {
		for _, object := range documents(t, folder+"/admission/"+file) {
			c.mustApply(t, object)
		}
	}
	c.await(t, "the policies are enforced", func() bool {
		pod := c.create(t, podOf("plain", "probe", map[string]string{ours: "ip route"}), dryRun...)
		return apierrors.IsForbidden(pod) && apierrors.IsForbidden(c.create(t, nad("plain", "probe", ""), dryRun...))
	})
}

func podOf(namespace, name string, annotations map[string]string) *unstructured.Unstructured {
	object := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "v1", "kind": "Pod",
		"spec": map[string]any{"containers": []any{map[string]any{"name": "c", "image": "localhost/none"}}},
	}}
	object.SetNamespace(namespace)
	object.SetName(name)
	object.SetAnnotations(maps.Clone(annotations))
	return object
}

func (c *cluster) pod(t *testing.T, namespace, name string, annotations map[string]string) {
	t.Helper()
	if err := c.create(t, podOf(namespace, name, annotations)); err != nil {
		t.Fatal(err)
	}
}

func nad(namespace, name, config string) *unstructured.Unstructured {
	object := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "k8s.cni.cncf.io/v1", "kind": "NetworkAttachmentDefinition",
		"spec": map[string]any{"config": config},
	}}
	object.SetNamespace(namespace)
	object.SetName(name)
	return object
}

// long is an annotation of 64 KiB, the most that Chainsaw reads.
var long = `[{"name": "` + strings.Repeat("n", 64<<10) + `"}]`

func testPods(t *testing.T, c *cluster) {
	const label, hides = "chainsaw-cni.dev/pod-commands=allowed", "escape, which hides"
	for name, test := range map[string]struct {
		key, value string
		says       string // of a refusal; empty where it is allowed
	}{
		"a list":                        {ours, `["ip route"]`, label},
		"a bare command":                {ours, `ip route`, label},
		"an object":                     {ours, `{"net1": ["ip route"]}`, label},
		"none, which stops a network's": {ours, `[]`, label},
		"empty":                         {ours, ``, label},
		"another key":                   {"k8s.v1.cni.cncf.io/Chainsaw", `["ip route"]`, ""},

		"a network by name":             {networks, "test-chainsaw", ""},
		"a network called chainsaw":     {networks, `[{"name": "chainsaw", "interface": "net1"}]`, ""},
		"args of others":                {networks, `[{"name": "a", "cni-args": {"mtu": 9000, "note": "\u003cb\u003e \u0026 \"chainsaw\": x"}}]`, ""},
		"cni-args":                      {networks, `[{"name": "a", "cni-args": {"chainsaw": ["ip route"]}}]`, `"cni-args"`},
		"cni-args, spread out":          {networks, "[{\"name\":\"a\",\"cni-args\":{\"chainsaw\" \t\r\n : []}}]", `"cni-args"`},
		"cni-args in capitals":          {networks, `[{"name": "a", "CNI-ARGS": {"chainsaw": []}}]`, `"cni-args"`},
		"cni-args with a long s":        {networks, `[{"name": "a", "cni-argſ": {"chainsaw": []}}]`, `"cni-args"`},
		"cni-args twice":                {networks, `[{"name": "a", "cni-args": {"chainsaw": []}, "cni-args": {}}]`, `"cni-args"`},
		"cni-args in escapes":           {networks, `[{"name": "a", "cni-\u0061rgs": {"chainsaw": []}}]`, `"cni-args"`},
		"the second network":            {networks, `[{"name": "a"}, {"name": "b", "cni-args": {"chainsaw": []}}]`, `"cni-args"`},
		"a list in a list":              {networks, `[[{"name": "a", "cni-args": {"chainsaw": []}}]]`, `"cni-args"`},
		"behind 64 KiB":                 {networks, long + `{"chainsaw":[]}`, `"cni-args"`},
		"64 KiB":                        {networks, long, ""},
		"the key in escapes":            {networks, `[{"name": "a", "cni-args": {"\u0063hainsaw": []}}]`, hides},
		"the key's end in escapes":      {networks, `[{"name": "a", "cni-args": {"chainsa\u0077": []}}]`, hides},
		"all of the key in escapes":     {networks, `[{"cni-args": {"\u0063\u0068\u0061\u0069\u006e\u0073\u0061\u0077": []}}]`, hides},
		"an escape after a backslash":   {networks, `[{"name": "a", "cni-args": {"\\\u0063hainsaw": []}}]`, hides},
		"capital hexadecimal":           {networks, `[{"name": "a", "cni-args": {"chai\u006Esaw": []}}]`, hides},
		"a key that only looks like it": {networks, `[{"name": "a", "cni-args": {"chainſaw": []}}]`, ""},

		"default-network":               {primary, "kube-system/podnet", ""},
		"default-network with cni-args": {primary, `[{"name": "podnet", "cni-args": {"chainsaw": ["ip route"]}}]`, `"cni-args"`},
		"default-network in escapes":    {primary, `[{"name": "podnet", "cni-args": {"ch\u0061insaw": []}}]`, hides},
	} {
		t.Run(name, func(t *testing.T) {
			annotations := map[string]string{test.key: test.value}
			for _, namespace := range []string{"plain", "lookers"} {
				check(t, c.create(t, podOf(namespace, "new", annotations), dryRun...), test.says)
			}
			check(t, c.create(t, podOf("netops", "new", annotations), dryRun...), "")
		})
	}
}

// check holds the outcome of a request against what a refusal should say.
func check(t *testing.T, err error, says string) {
	t.Helper()
	switch {
	case says == "" && err != nil:
		t.Errorf("refused: %v", err)
	case says != "" && !refused(err, says):
		t.Errorf("got %v, want it refused with %q", err, says)
	}
}

// testWays goes every way on which an annotation could get to a pod that is
// there.
func testWays(t *testing.T, c *cluster) {
	const says = "chainsaw-cni.dev/pod-commands=allowed"
	pods := c.clients.CoreV1().Pods("plain")
	update := metav1.UpdateOptions{DryRun: dryRun}
	annotated := func(t *testing.T, name, key, value string) *core.Pod {
		t.Helper()
		pod, err := pods.Get(t.Context(), name, metav1.GetOptions{})
		if err != nil {
			t.Fatal(err)
		}
		metav1.SetMetaDataAnnotation(&pod.ObjectMeta, key, value)
		return pod
	}
	binding := func(key string) *core.Binding {
		return &core.Binding{
			ObjectMeta: metav1.ObjectMeta{Name: "bare", Namespace: "plain", Annotations: map[string]string{key: "ip route"}},
			Target:     core.ObjectReference{Kind: "Node", Name: "nowhere"},
		}
	}
	for name, test := range map[string]struct {
		send func(t *testing.T) error
		says string
	}{
		"update": {func(t *testing.T) error {
			_, err := pods.Update(t.Context(), annotated(t, "bare", ours, "ip route"), update)
			return err
		}, says},
		"update of what was there": {func(t *testing.T) error {
			_, err := pods.Update(t.Context(), annotated(t, "before", ours, "ip addr"), update)
			return err
		}, says},
		"update of something else": {func(t *testing.T) error {
			_, err := pods.Update(t.Context(), annotated(t, "before", "note", "kept"), update)
			return err
		}, ""},
		"patch": {func(t *testing.T) error {
			_, err := pods.Patch(t.Context(), "bare", types.MergePatchType,
				fmt.Appendf(nil, `{"metadata": {"annotations": {%q: "ip route"}}}`, ours), metav1.PatchOptions{DryRun: dryRun})
			return err
		}, says},
		"apply": {func(t *testing.T) error {
			return c.apply(t, podOf("plain", "new", map[string]string{ours: "ip route"}), dryRun...)
		}, says},
		"taking it away": {func(t *testing.T) error {
			_, err := pods.Patch(t.Context(), "before", types.MergePatchType,
				fmt.Appendf(nil, `{"metadata": {"annotations": {%q: null}}}`, ours), metav1.PatchOptions{DryRun: dryRun})
			return err
		}, ""},
		"status": {func(t *testing.T) error {
			_, err := pods.UpdateStatus(t.Context(), annotated(t, "bare", ours, "ip route"), update)
			return err
		}, says},
		"status, cni-args": {func(t *testing.T) error {
			_, err := pods.UpdateStatus(t.Context(), annotated(t, "bare", networks, `[{"name":"a","cni-args":{"chainsaw":[]}}]`), update)
			return err
		}, `"cni-args"`},
		"status, as a kubelet": {func(t *testing.T) error {
			_, err := pods.UpdateStatus(t.Context(), annotated(t, "before", "note", "kept"), update)
			return err
		}, ""},
		"binding": {func(t *testing.T) error {
			return pods.Bind(t.Context(), binding(ours), metav1.CreateOptions{DryRun: dryRun})
		}, says},
		"binding, by its older name": {func(t *testing.T) error {
			return c.clients.CoreV1().RESTClient().Post().Namespace("plain").Resource("bindings").
				Param("dryRun", metav1.DryRunAll).Body(binding(ours)).Do(t.Context()).Error()
		}, says},
		"binding, as a scheduler": {func(t *testing.T) error {
			return pods.Bind(t.Context(), binding("note"), metav1.CreateOptions{DryRun: dryRun})
		}, ""},
	} {
		t.Run(name, func(t *testing.T) { check(t, test.send(t), test.says) })
	}
	for name, send := range map[string]func(*core.Pod) (*core.Pod, error){
		"ephemeralcontainers": func(pod *core.Pod) (*core.Pod, error) {
			pod.Spec.EphemeralContainers = []core.EphemeralContainer{{EphemeralContainerCommon: core.EphemeralContainerCommon{
				Name: "debug", Image: "localhost/none", ImagePullPolicy: core.PullNever, TerminationMessagePolicy: core.TerminationMessageReadFile,
			}}}
			return pods.UpdateEphemeralContainers(t.Context(), pod.Name, pod, metav1.UpdateOptions{})
		},
		"resize": func(pod *core.Pod) (*core.Pod, error) {
			return pods.UpdateResize(t.Context(), pod.Name, pod, metav1.UpdateOptions{})
		},
	} {
		t.Run("no way by "+name, func(t *testing.T) {
			got, err := send(annotated(t, "bare", ours, "ip route"))
			if err != nil {
				t.Fatal(err)
			}
			if value, there := got.Annotations[ours]; there {
				t.Errorf("the annotation is %q now: the policy must match this subresource too", value)
			}
		})
	}
}

func testNetAttachDefs(t *testing.T, c *cluster) {
	chain := func(kind string) string {
		return `{"cniVersion": "1.0.0", "name": "n", "plugins": [{"type": "bridge"}, {"type": "` + kind + `"}]}`
	}
	everywhere := []string{"plain", "netops", "lookers", "nothing", "misspelt"}
	for name, test := range map[string]struct {
		config    string
		allowedIn []string
	}{
		"of others":                     {`{"type": "bridge", "name": "chainsaw", "note": "\"type\": \"chainsaw\" is not here"}`, everywhere},
		"chainsaw":                      {chain("chainsaw"), []string{"netops"}},
		"chainsaw-filter":               {chain("chainsaw-filter"), []string{"plain", "netops"}},
		"chainsaw-inspect":              {chain("chainsaw-inspect"), []string{"plain", "netops", "lookers"}},
		"chainsaw alone":                {`{"type": "chainsaw"}`, []string{"netops"}},
		"beside a weaker one":           {`{"plugins": [{"type": "chainsaw-filter"}, {"type": "chainsaw"}]}`, []string{"netops"}},
		"the key in capitals":           {`{"TYPE": "chainsaw"}`, []string{"netops"}},
		"the key twice":                 {`{"type": "chainsaw", "type": "bridge"}`, []string{"netops"}},
		"spread out":                    {"{\"type\"\n\t:\r\n  \"chainsaw\"}", []string{"netops"}},
		"behind another plugin":         {`{"type": "multus", "delegates": [{"type": "chainsaw"}]}`, []string{"netops"}},
		"as IPAM":                       {`{"type": "bridge", "ipam": {"type": "chainsaw"}}`, []string{"netops"}},
		"behind 64 KiB":                 {`{"x": "` + strings.Repeat("x", 64<<10) + `", "type": "chainsaw"}`, []string{"netops"}},
		"behind 1 MiB":                  {`{"x": "` + strings.Repeat("x", 1<<20) + `", "type": "chainsaw"}`, []string{"netops"}},
		"64 KiB of others":              {`{"x": "` + strings.Repeat("x", 64<<10) + `", "type": "bridge"}`, everywhere},
		"the value in escapes":          {`{"type": "\u0063hainsaw"}`, []string{"netops"}},
		"the key in escapes":            {`{"\u0074ype": "chainsaw"}`, []string{"netops"}},
		"the hyphen in escapes":         {`{"type": "chainsaw\u002dfilter"}`, []string{"netops"}},
		"no config, a file of the node": {"", []string{"netops"}},
		"a blank config":                {" \n", []string{"netops"}},
	} {
		t.Run(name, func(t *testing.T) {
			allowed := make(map[string]bool)
			for _, namespace := range test.allowedIn {
				allowed[namespace] = true
			}
			for _, namespace := range everywhere {
				err := c.create(t, nad(namespace, "new", test.config), dryRun...)
				if allowed[namespace] && err != nil {
					t.Errorf("refused in %s: %v", namespace, err)
				}
				if !allowed[namespace] && (err == nil || !strings.Contains(err.Error(), "net-attach-defs.chainsaw-cni.dev")) {
					t.Errorf("in %s: %v, want it refused", namespace, err)
				}
			}
		})
	}
	t.Run("no spec at all", func(t *testing.T) {
		object := nad("plain", "new", "")
		delete(object.Object, "spec")
		check(t, c.create(t, object, dryRun...), "missing or empty")
	})
	t.Run("says what is allowed", func(t *testing.T) {
		check(t, c.create(t, nad("lookers", "new", chain("chainsaw")), dryRun...),
			"may not use chainsaw: its label chainsaw-cni.dev/variant allows chainsaw-inspect")
		check(t, c.create(t, nad("misspelt", "new", chain("chainsaw")), dryRun...), "allows none")
	})
}

func testOldNetAttachDef(t *testing.T, c *cluster) {
	object := nad("plain", "before", `{"type": "chainsaw"}`)
	object.SetLabels(map[string]string{"note": "kept"})
	check(t, c.apply(t, object, dryRun...), "")
	if err := unstructured.SetNestedField(object.Object, `{"type": "chainsaw", "commands": []}`, "spec", "config"); err != nil {
		t.Fatal(err)
	}
	check(t, c.apply(t, object, dryRun...), "may not use chainsaw")
}
