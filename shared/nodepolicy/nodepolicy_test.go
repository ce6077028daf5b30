package nodepolicy

import (
	"slices"
	"strings"
	"testing"

	"github.com/chainsaw-cni/chainsaw/shared/device"
	"github.com/chainsaw-cni/chainsaw/shared/variant"
)

const example = `{
  "caps": [
    {"namespaces": ["netops", "lab-*"], "variant": "chainsaw", "permit": ["host-backed-address", "attached-alias"]},
    {"namespaces": ["guests"], "variant": "chainsaw-inspect"},
    {"namespaces": ["*"], "variant": "chainsaw-filter", "rules": [{"allow": "read"}], "permit": ["attached-alias"]}
  ],
  "kubeconfigs": ["/etc/site/kubeconfig"],
  "sockets": ["/run/site/chainsawd.sock"]
}`

func TestForPicksTheFirstCapThatMatches(t *testing.T) {
	policy, err := Decode([]byte(example))
	if err != nil {
		t.Fatal(err)
	}
	for namespace, want := range map[string]variant.Variant{
		"netops": variant.Exec, "lab-1": variant.Exec, "guests": variant.Inspect,
		"lab": variant.Filter, "netops2": variant.Filter, "xlab-1": variant.Filter,
	} {
		caps, err := policy.For(namespace)
		if err != nil || len(caps) != 1 || caps[0].Variant != want {
			t.Errorf("%s: got %v, %v; want %s", namespace, caps, err, want)
		}
	}
}

func TestForNoPodTakesAllCaps(t *testing.T) {
	policy, _ := Decode([]byte(example))
	if caps, err := policy.For(""); err != nil || len(caps) != 3 {
		t.Errorf("got %d caps, %v", len(caps), err)
	}
}

func TestForNobodyAllowsNothing(t *testing.T) {
	policy, _ := Decode([]byte(`{"caps": [{"namespaces": ["a"], "variant": "chainsaw"}]}`))
	if _, err := policy.For("b"); err == nil || !strings.Contains(err.Error(), `no cap for the namespace "b"`) {
		t.Errorf("the error is %v", err)
	}
	empty, _ := Decode([]byte(`{"caps": []}`))
	if _, err := empty.For(""); err == nil {
		t.Error("an empty policy allows a command of no pod")
	}
	var none *Policy
	if caps, err := none.For("b"); caps != nil || err != nil {
		t.Errorf("a machine without a policy has %v, %v", caps, err)
	}
}

func TestPermittedIsWhatAllCapsGrant(t *testing.T) {
	policy, _ := Decode([]byte(example))
	if got := Permitted(policy.Caps[:1]); !slices.Contains(got, device.HostBackedAddress) || len(got) != 2 {
		t.Errorf("one cap grants %v", got)
	}
	if got := Permitted(policy.Caps); len(got) != 0 {
		t.Errorf("all caps grant %v, though one grants nothing", got)
	}
	if got := Permitted(nil); len(got) != 0 {
		t.Errorf("no policy grants %v", got)
	}
}

func TestDecodeRefuses(t *testing.T) {
	for _, test := range []struct{ name, doc, want string }{
		{"no caps", `{}`, `"caps" is missing`},
		{"an unknown key", `{"caps": [], "cap": []}`, `the key "cap" is unknown`},
		{"a cap without namespaces", `{"caps": [{"variant": "chainsaw"}]}`, `names no "namespaces"`},
		{"a pattern beyond *", `{"caps": [{"namespaces": ["[a-z]"], "variant": "chainsaw"}]}`, `"[a-z]" is no namespace`},
		{"an empty namespace", `{"caps": [{"namespaces": [""], "variant": "chainsaw"}]}`, `"" is no namespace`},
		{"a cap without a variant", `{"caps": [{"namespaces": ["*"]}]}`, "one of [chainsaw-inspect chainsaw-filter chainsaw]"},
		{"an unknown variant", `{"caps": [{"namespaces": ["*"], "variant": "exec"}]}`, `"variant" is "exec"; it may be one of [chainsaw-inspect`},
		{"an unknown exception", `{"caps": [{"namespaces": ["*"], "variant": "chainsaw", "permit": ["all"]}]}`, `"all" cannot be permitted`},
		{"a broken rule", `{"caps": [{"namespaces": ["*"], "variant": "chainsaw", "rules": [{"deny": "x"}]}]}`, `"deny" is unknown`},
		{"a relative place", `{"caps": [], "sockets": ["run/x"]}`, "no absolute path"},
		{"a place with a detour", `{"caps": [], "kubeconfigs": ["/etc/../tmp/x"]}`, "no absolute path in its shortest form"},
		{"a duplicate key", `{"caps": [], "caps": []}`, "second time"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := Decode([]byte(test.doc))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("the error is %v, want it to say %q", err, test.want)
			}
		})
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(example))
	f.Fuzz(func(t *testing.T, doc []byte) {
		policy, err := Decode(doc)
		if err != nil {
			return
		}
		for _, c := range policy.Caps {
			if c.Variant < variant.Inspect || c.Variant > variant.Exec || len(c.Namespaces) == 0 {
				t.Errorf("a cap that caps nothing was accepted: %+v", c)
			}
		}
	})
}
