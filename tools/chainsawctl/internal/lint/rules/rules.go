// Package rules is the catalogue of what chainsawctl validate looks for: for each
// rule its stable id, what it says and why, and a bad and a good example. The
// pages are Markdown files beside this one; `chainsawctl explain` and
// docs/rules.md show them.
//
// It checks nothing: package lint does.
package rules

import (
	"embed"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/chainsaw-cni/chainsaw/shared/nearest"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/finding"
)

// Rule is one rule of the catalogue.
type Rule struct {
	ID       string
	Severity finding.Severity
	Summary  string // one sentence
	Why      string // paragraphs
	Bad      string // an example that breaks this rule and no other; "" where text cannot show it
	Good     string // the same, mended
	Policy   string // the node policy of both examples, if it takes one
}

//go:embed pages/*.md
var pages embed.FS

// catalogue is sorted by id. Most commands never read it.
var catalogue = sync.OnceValue(read)

// All are the rules, by their ids.
func All() []Rule { return slices.Clone(catalogue()) }

// IDs are the ids of all rules.
func IDs() []string {
	all := catalogue()
	ids := make([]string, len(all))
	for i, r := range all {
		ids[i] = r.ID
	}
	return ids
}

// Find is the rule with an id. The error says which was probably meant.
func Find(id string) (Rule, error) {
	all := catalogue()
	i, found := slices.BinarySearchFunc(all, id, func(r Rule, id string) int { return strings.Compare(r.ID, id) })
	if found {
		return all[i], nil
	}
	if near := nearest.Word(id, IDs()); near != "" {
		return Rule{}, fmt.Errorf("there is no rule %q; did you mean %q?", id, near)
	}
	return Rule{}, fmt.Errorf("there is no rule %q; the rules are: %s", id, strings.Join(IDs(), ", "))
}

// read panics on a page that is not one: a test would not get past it.
func read() []Rule {
	entries, err := pages.ReadDir("pages")
	if err != nil {
		panic(err)
	}
	all := make([]Rule, len(entries))
	for i, entry := range entries {
		text, err := pages.ReadFile("pages/" + entry.Name())
		if err != nil {
			panic(err)
		}
		all[i] = parse(strings.TrimSuffix(entry.Name(), ".md"), string(text))
	}
	slices.SortFunc(all, func(a, b Rule) int { return strings.Compare(a.ID, b.ID) })
	return all
}
