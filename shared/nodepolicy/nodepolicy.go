// Package nodepolicy reads the file in which the node's administrator caps
// what any network may do to the pods of a namespace.
//
// It exists because the rules of a network bind nobody who may write
// net-attach-defs. It says what the caps are; package judge applies them.
package nodepolicy

import (
	"fmt"
	"path"
	"slices"

	"github.com/chainsaw-cni/chainsaw/shared/device"
	"github.com/chainsaw-cni/chainsaw/shared/rule"
	"github.com/chainsaw-cni/chainsaw/shared/variant"
)

// Policy is the node's policy. A nil *Policy caps nothing: a machine without
// the files.
type Policy struct {
	Caps        []Cap
	Kubeconfigs []string // places that a network may name
	Sockets     []string

	file string // that it was read from; "" if nobody said
}

// Cap bounds every command in the pods of some namespaces.
type Cap struct {
	Namespaces []string        // exact names, or patterns with *
	Variant    variant.Variant // the strongest
	Rules      []rule.Rule     // hold for the network's commands too; nil for none
	Permit     []device.Item   // exceptions from the state check
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
	return nil, fmt.Errorf("the node's policy has no cap for the namespace %q, so nothing is allowed there: add one in %s", namespace, p.Where())
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
