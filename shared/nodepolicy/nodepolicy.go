// Package nodepolicy reads the file in which the node's administrator caps
// what any network may do to the pods of a namespace.
//
// It exists because the rules of a network bind nobody who may write
// net-attach-defs. It says what the caps are; package judge applies them.
package nodepolicy

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/chainsaw-cni/chainsaw/shared/device"
	"github.com/chainsaw-cni/chainsaw/shared/rootowned"
	"github.com/chainsaw-cni/chainsaw/shared/rule"
	"github.com/chainsaw-cni/chainsaw/shared/strictjson"
	"github.com/chainsaw-cni/chainsaw/shared/variant"
)

// Path is where the policy lies. It must be root's and writable by nobody else.
const Path = "/etc/chainsaw/policy.json"

// maxSize bounds the file.
const maxSize = 1 << 20

// Policy is the node's policy. A nil *Policy caps nothing: a machine without
// the file.
type Policy struct {
	Caps        []Cap
	Kubeconfigs []string // places that a network may name
	Sockets     []string
}

// Cap bounds every command in the pods of some namespaces.
type Cap struct {
	Namespaces []string        // exact names, or patterns with *
	Variant    variant.Variant // the strongest
	Rules      []rule.Rule     // hold for the network's commands too; nil for none
	Permit     []device.Item   // exceptions from the state check
}

// Load reads the policy. A file that is not there is no policy; one that
// cannot be trusted or understood is an error, and the caller refuses all.
func Load(file string) (*Policy, error) {
	f, err := rootowned.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, notThere(file)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the node's policy: %w", err)
	}
	defer f.Close()
	doc, err := io.ReadAll(io.LimitReader(f, maxSize+1))
	if err != nil {
		return nil, fmt.Errorf("reading the node's policy %s: %w", file, err)
	}
	if len(doc) > maxSize {
		return nil, fmt.Errorf("the node's policy %s is larger than 1 MiB", file)
	}
	policy, err := Decode(doc)
	if err != nil {
		return nil, fmt.Errorf("the node's policy %s is not valid: %w", file, err)
	}
	return policy, nil
}

// notThere is nil if nothing was ever put at the path. A symbolic link that
// leads to nothing shows that somebody meant a policy to be there.
func notThere(file string) error {
	for at := file; at != "/"; at = path.Dir(at) {
		if _, err := os.Lstat(at); errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if _, err := os.Stat(at); err != nil {
			return fmt.Errorf("reading the node's policy %s: the link %s leads to nothing: mend it, or take it away", file, at)
		}
		break
	}
	return nil
}

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

// For lists the caps that bind the pods of a namespace: the first that matches
// it. A command of no pod is bound by all of them at once, which is the
// strictest. An error means that the policy has nothing to say for it, and so
// nothing is allowed.
func (p *Policy) For(namespace string) ([]Cap, error) {
	if p == nil {
		return nil, nil
	}
	if namespace == "" && len(p.Caps) > 0 {
		return p.Caps, nil
	}
	for i, c := range p.Caps {
		if slices.ContainsFunc(c.Namespaces, func(pattern string) bool { return matches(pattern, namespace) }) {
			return p.Caps[i : i+1], nil
		}
	}
	return nil, fmt.Errorf("the node's policy has no cap for the namespace %q, so nothing is allowed there: add one to %s", namespace, Path)
}

// matches knows no wildcard but *: the decoder lets no other in.
func matches(pattern, namespace string) bool {
	ok, err := path.Match(pattern, namespace)
	return ok && err == nil
}

// Permitted lists the exceptions that all of the caps grant.
func Permitted(caps []Cap) []device.Item {
	var items []device.Item
	for _, item := range device.Items() {
		granted := len(caps) > 0
		for _, c := range caps {
			granted = granted && slices.Contains(c.Permit, item)
		}
		if granted {
			items = append(items, item)
		}
	}
	return items
}
