package netstate

import "slices"

// State is what a netns held at one moment: the lines of each view.
type State [len(views)][]string

const linksTitle = "links"

// views are what is looked at, under the titles by which it is shown.
var views = [...]struct {
	title string
	argv  []string
	lines func(output string) ([]string, error)
}{
	{linksTitle, []string{"-json", "-details", "link", "show"}, links},
	{"addresses", []string{"-oneline", "address", "show"}, addresses},
	{"IPv4 routes", []string{"-4", "route", "show", "table", "all"}, routes},
	{"IPv6 routes", []string{"-6", "route", "show", "table", "all"}, routes},
	{"IPv4 rules", []string{"-4", "rule", "show"}, plain},
	{"IPv6 rules", []string{"-6", "rule", "show"}, plain},
	{"static neighbours", []string{"neighbour", "show", "nud", "permanent"}, plain},
}

// Change is what is different under one title.
type Change struct {
	Title          string
	Removed, Added []string
}

// Diff is what changed, in the order of the views; nothing for equal states.
func Diff(before, after State) []Change {
	var changes []Change
	for i, view := range views {
		c := Change{Title: view.title, Removed: without(before[i], after[i]), Added: without(after[i], before[i])}
		if view.title == linksTitle {
			c.Removed, c.Added = condensed(c.Removed, after[i]), condensed(c.Added, before[i])
		}
		if len(c.Removed)+len(c.Added) > 0 {
			changes = append(changes, c)
		}
	}
	return changes
}

// without is the lines that others lack, each as often as they lack it.
func without(lines, others []string) []string {
	others = slices.Clone(others)
	var left []string
	for _, line := range lines {
		if i := slices.Index(others, line); i >= 0 {
			others = slices.Delete(others, i, i+1)
			continue
		}
		left = append(left, line)
	}
	return left
}
