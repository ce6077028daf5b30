package deployments

import (
	"encoding/json"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v5"
	core "k8s.io/api/core/v1"

	"github.com/chainsaw-cni/chainsaw/schemas"
	"github.com/chainsaw-cni/chainsaw/shared/nodepolicy"
	"github.com/chainsaw-cni/chainsaw/shared/variant"
)

func TestNodePoliciesAreValid(t *testing.T) {
	schema := policySchema(t)
	each(t, "ConfigMap", func(t *testing.T, policy core.ConfigMap) {
		text := policy.Data["policy.json"]
		if _, err := nodepolicy.Decode([]byte(text)); err != nil {
			t.Error(err)
		}
		var value any
		if err := json.Unmarshal([]byte(text), &value); err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(value); err != nil {
			t.Errorf("%#v", err)
		}
		if len(policy.Data) != 1 {
			t.Errorf("chainsawd reads policy.json alone of %d entries", len(policy.Data))
		}
	})
}

func TestNodePoliciesMeanWhatTheySay(t *testing.T) {
	for file, want := range map[string]map[string]variant.Variant{
		"node-policy.yaml":                    {"default": variant.Exec, "kube-system": variant.Inspect},
		"kustomize/hardened/node-policy.yaml": {"default": variant.Filter, "netops": variant.Exec, "netops-2": variant.Filter},
	} {
		t.Run(file, func(t *testing.T) {
			text, _ := documents(t, folder+"/"+file)[0].Object["data"].(map[string]any)["policy.json"].(string)
			policy, err := nodepolicy.Decode([]byte(text))
			if err != nil {
				t.Fatal(err)
			}
			for namespace, strongest := range want {
				caps, err := policy.For(namespace)
				if err != nil || len(caps) != 1 || caps[0].Variant != strongest {
					t.Errorf("in %s: %v, %v, want %v at most", namespace, caps, err, strongest)
				}
			}
		})
	}
}

func policySchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	text, err := schemas.Read("policy")
	if err != nil {
		t.Fatal(err)
	}
	schema, err := jsonschema.CompileString("policy.schema.json", string(text))
	if err != nil {
		t.Fatal(err)
	}
	return schema
}
