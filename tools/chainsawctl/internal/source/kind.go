package source

import "go.yaml.in/yaml/v3"

var tagKinds = map[string]Kind{
	"!!null":  Null,
	"!!bool":  Bool,
	"!!int":   Number,
	"!!float": Number,
}

// YAML 1.1 takes these words for true or false as well, and so does kubectl.
var (
	oldBools = map[string]bool{
		"y": true, "Y": true, "yes": true, "Yes": true, "YES": true, "on": true, "On": true, "ON": true,
		"n": true, "N": true, "no": true, "No": true, "NO": true, "off": true, "Off": true, "OFF": true,
	}
	trueWords = map[string]bool{"true": true, "y": true, "yes": true, "on": true}
)

func scalarKind(n *yaml.Node) Kind {
	if kind, found := tagKinds[n.ShortTag()]; found {
		return kind
	}
	if n.Style == 0 && oldBools[n.Value] {
		return Bool
	}
	return String
}
