// Package variant names the three plugins and orders them by strength.
//
// It knows nothing of what a variant lets through: that is package judge.
package variant

import "fmt"

// Variant is one of the three plugins that an administrator picks from for a
// network. The order is by strength, so that a cap is a plain comparison.
type Variant int

// The variants, weakest first.
const (
	Inspect Variant = iota + 1 // only commands that read
	Filter                     // from the pod, what the network's rules allow
	Exec                       // every command that stays inside the netns
)

// All lists the variants, weakest first.
var All = []Variant{Inspect, Filter, Exec}

// String is the name of the plugin's executable, as it stands in "type".
func (v Variant) String() string {
	switch v {
	case Inspect:
		return "chainsaw-inspect"
	case Filter:
		return "chainsaw-filter"
	case Exec:
		return "chainsaw"
	}
	return fmt.Sprintf("variant(%d)", int(v))
}

// Parse finds the variant of a plugin's name.
func Parse(name string) (Variant, bool) {
	for _, v := range All {
		if v.String() == name {
			return v, true
		}
	}
	return 0, false
}
