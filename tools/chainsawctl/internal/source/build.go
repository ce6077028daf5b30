package source

import (
	"fmt"
	"slices"

	"go.yaml.in/yaml/v3"
)

// What is read of one document. An API server takes no object above 3 MiB, but
// a list of them may be longer.
const (
	MaxDocument = 16 << 20 // bytes
	MaxValues   = 1 << 19  // keys, items and values, those that aliases repeat included
	MaxDepth    = 100      // lists and maps in each other
)

// maxProblems of one document are reported: those after them say nothing new.
const maxProblems = 100

// builder makes Nodes of the library's nodes.
type builder struct {
	file     *File
	marks    *marks
	anchors  map[*yaml.Node]*anchor
	values   int // so far
	deepest  int // so far
	problems []*Error
	stopped  bool // by a problem that makes the rest of no use
}

// anchor is a value that aliases may repeat.
type anchor struct {
	node           *Node // nil while it is being built
	values, height int
}

var styles = map[yaml.Style]style{
	0:                      plain,
	yaml.SingleQuotedStyle: singleQuoted,
	yaml.DoubleQuotedStyle: doubleQuoted,
	yaml.LiteralStyle:      literal,
	yaml.FoldedStyle:       folded,
}

func (b *builder) node(from *yaml.Node, depth int) *Node {
	start := b.marks.offset(from.Line, from.Column)
	if from.Kind == yaml.AliasNode {
		return b.alias(from, start, depth)
	}
	n := &Node{file: b.file, start: start, limit: len(b.marks.text)}
	if b.count(n, 1, depth); b.stopped {
		return n
	}
	if from.Anchor == "" {
		b.fill(n, from, depth)
		return n
	}
	a := &anchor{}
	b.anchors[from] = a
	values, deepest := b.values, b.deepest
	b.deepest = depth
	b.fill(n, from, depth)
	*a = anchor{node: n, values: 1 + b.values - values, height: b.deepest - depth}
	b.deepest = max(b.deepest, deepest)
	return n
}

func (b *builder) fill(n *Node, from *yaml.Node, depth int) {
	switch from.Kind {
	case yaml.MappingNode:
		n.Kind = Map
		b.members(n, from.Content, depth+1)
	case yaml.SequenceNode:
		n.Kind = List
		for _, item := range from.Content {
			n.Items = append(n.Items, b.node(item, depth+1))
		}
	default:
		n.Kind, n.Value = scalarKind(from), from.Value
		n.style = styles[from.Style&^yaml.TaggedStyle]
	}
}

func (b *builder) members(n *Node, content []*yaml.Node, depth int) {
	n.Members = make([]Member, 0, len(content)/2)
	seen := make(map[string]bool, len(content)/2)
	var merged []*Node
	for pair := range slices.Chunk(content, 2) {
		m := Member{Key: b.node(pair[0], depth), Value: b.node(pair[1], depth)}
		if b.stopped {
			return
		}
		if pair[0].Tag == "!!merge" {
			merged = append(merged, m.Value)
			continue
		}
		if seen[m.Key.Value] && m.Key.isScalar() {
			b.problem(DuplicateKey, m.Key.Span(), fmt.Errorf("the key %q stands here a second time", m.Key.Value))
		}
		seen[m.Key.Value] = true
		n.Members = append(n.Members, m)
	}
	for _, from := range merged {
		b.merge(n, from, seen)
	}
}

// merge takes over the members of a map, or of several in a list, that are not
// there yet.
func (b *builder) merge(n, from *Node, seen map[string]bool) {
	for _, item := range from.Items {
		if item.Kind == Map {
			b.merge(n, item, seen)
		}
	}
	for _, m := range from.Members {
		if b.count(from, 1, 0); b.stopped {
			return
		}
		if !seen[m.Key.Value] {
			seen[m.Key.Value] = true
			n.Members = append(n.Members, m)
		}
	}
}

func (b *builder) alias(from *yaml.Node, start, depth int) *Node {
	n := &Node{file: b.file, start: start}
	a := b.anchors[from.Alias]
	if a == nil || a.node == nil {
		b.stop(n, fmt.Errorf("the alias *%s stands inside of what it repeats", from.Value))
		return n
	}
	b.count(n, a.values, depth+a.height)
	return a.node
}

// count bounds what those who walk the document have to do.
func (b *builder) count(at *Node, values, depth int) {
	b.values += values
	b.deepest = max(b.deepest, depth)
	if b.values > MaxValues {
		b.stop(at, fmt.Errorf("from here on the document holds more than %d values, with those that aliases repeat: split it", MaxValues))
	}
	if depth > MaxDepth {
		b.stop(at, fmt.Errorf("lists and maps stand more than %d levels deep in each other here", MaxDepth))
	}
}

func (b *builder) stop(at *Node, err error) {
	if !b.stopped {
		b.problem(TooLarge, b.file.lineAt(at.start), err)
	}
	b.stopped = true
}

func (b *builder) problem(p Problem, at Span, err error) {
	if len(b.problems) < maxProblems {
		b.problems = append(b.problems, &Error{Problem: p, At: at, Err: err})
	}
}
