package nodepolicy

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/chainsaw-cni/chainsaw/shared/device"
	"github.com/chainsaw-cni/chainsaw/shared/rule"
	"github.com/chainsaw-cni/chainsaw/shared/strictjson"
	"github.com/chainsaw-cni/chainsaw/shared/variant"
)

// Decode reads a policy from its JSON text.
func Decode(doc []byte) (*Policy, error) {
	root, err := strictjson.Parse(doc)
	if err != nil {
		return nil, strictjson.Locate(doc, err)
	}
	var d decoder
	policy := d.policy(&root)
	if d.Err != nil {
		return nil, strictjson.Locate(doc, d.Err)
	}
	return policy, nil
}

type decoder struct{ strictjson.Fields }

func (d *decoder) policy(root *strictjson.Value) *Policy {
	d.Expect(root, strictjson.Object, "the policy")
	d.Known(root, "caps", "kubeconfigs", "sockets")
	p := &Policy{
		Kubeconfigs: d.paths(root, "kubeconfigs"),
		Sockets:     d.paths(root, "sockets"),
	}
	if root.Field("caps") == nil {
		d.Fail(root.Errorf(`"caps" is missing: write a list of caps, such as [{"namespaces": ["*"], "variant": "chainsaw-filter"}]`))
	}
	for i, item := range d.List(root, "caps") {
		p.Caps = append(p.Caps, d.cap(&item, i+1))
	}
	return p
}

func (d *decoder) cap(v *strictjson.Value, number int) Cap {
	d.Expect(v, strictjson.Object, fmt.Sprintf("cap #%d", number))
	d.Known(v, "namespaces", "variant", "rules", "permit")
	return Cap{
		Namespaces: d.namespaces(v, number),
		Variant:    d.variant(v, number),
		Rules:      d.rules(v),
		Permit:     d.permit(v),
	}
}

func (d *decoder) namespaces(v *strictjson.Value, number int) []string {
	patterns := d.Texts(v, "namespaces")
	if len(patterns) == 0 {
		d.Fail(v.Errorf(`cap #%d names no "namespaces": write such as ["net-*"], or ["*"] for all`, number))
	}
	for _, pattern := range patterns {
		if strings.Trim(pattern, "abcdefghijklmnopqrstuvwxyz0123456789-*") != "" || pattern == "" {
			d.Fail(v.Field("namespaces").Errorf("%q is no namespace and no pattern of one: letters, digits, - and * may stand in it", pattern))
		}
	}
	return patterns
}

func (d *decoder) variant(v *strictjson.Value, number int) variant.Variant {
	given := v.Field("variant")
	if given == nil {
		d.Fail(v.Errorf(`cap #%d names no "variant": write the strongest that may run, one of %v`, number, variant.All))
		return 0
	}
	found, ok := variant.Parse(d.Text(v, "variant", ""))
	if !ok {
		d.Fail(given.Errorf(`"variant" is %q; it may be one of %v`, given.Text, variant.All))
	}
	return found
}

func (d *decoder) rules(v *strictjson.Value) []rule.Rule {
	list := v.Field("rules")
	if list == nil {
		return nil
	}
	rules, err := rule.Decode(list)
	if err != nil {
		d.Fail(err)
	}
	return rules
}

func (d *decoder) permit(v *strictjson.Value) []device.Item {
	var items []device.Item
	for _, text := range d.Texts(v, "permit") {
		item := device.Item(text)
		if !slices.Contains(device.Items(), item) {
			d.Fail(v.Field("permit").Errorf("%q cannot be permitted; the items are %q", text, device.Items()))
		}
		items = append(items, item)
	}
	return items
}

func (d *decoder) paths(v *strictjson.Value, key string) []string {
	paths := d.Texts(v, key)
	for _, p := range paths {
		if !path.IsAbs(p) || path.Clean(p) != p {
			d.Fail(v.Field(key).Errorf("%q is no absolute path in its shortest form", p))
		}
	}
	return paths
}
