package lint

import (
	"slices"
	"strings"

	"github.com/chainsaw-cni/chainsaw/shared/nodepolicy"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/source"
)

// policy checks a node policy: a file of its own, or the ConfigMap from which
// chainsawd writes one.
func (c *check) policy(d source.Document) (concerned bool) {
	var t source.Text
	switch text := d.Root.Get("data", "policy.json"); {
	case d.Kind == "ConfigMap" && text != nil && text.Kind == source.String && isChainsaws(d.Root):
		t = text.Text()
	case d.Kind == "" && isCaps(d.Root.Get("caps")) && strings.HasPrefix(d.Root.Span().Text(), "{"):
		t = d.Root.Span().Verbatim()
	default:
		return false
	}
	if _, err := nodepolicy.Decode([]byte(t.Value)); err != nil {
		c.add(policyInvalid, placeOf(t, err), "the node's policy is not valid, and a node with it refuses every command: %s", said(t.Value, err))
	}
	return true
}

// isCaps is for a list of objects. Others have capabilities of that name.
func isCaps(n *source.Node) bool {
	return n != nil && !slices.ContainsFunc(n.Items, func(item *source.Node) bool { return item.Kind != source.Map })
}

func isChainsaws(root *source.Node) bool {
	name := root.Get("metadata", "name")
	return name != nil && strings.Contains(name.Value, "chainsaw")
}
