package source

import (
	"strings"

	"github.com/chainsaw-cni/chainsaw/shared/strictjson"
)

// Kind is the type of a value, named as a person would.
type Kind = strictjson.Kind

// The kinds of value. What YAML leaves to the reader is decided as kubectl
// does: an unquoted yes is Bool.
const (
	Null   = strictjson.Null
	Bool   = strictjson.Bool
	Number = strictjson.Number
	String = strictjson.String
	List   = strictjson.List
	Map    = strictjson.Object
)

// Node is a value of a document. An alias is the very Node of its anchor, and
// merged members (<<) are those of the map that they come from.
//
// Its methods and those of a nil Node give what there is: a nil Node has no
// Value, no Members and no Items.
type Node struct {
	Kind    Kind
	Value   string // of a scalar: decoded; of a Number as it is written
	Members []Member
	Items   []*Node

	file  *File
	start int
	limit int // of a scalar: it ends here at the latest
	style style
}

// Member is one key of a Map, in the order of the file.
type Member struct{ Key, Value *Node }

// Get is the value at the end of a path of keys, or nil. Of two equal keys the
// first counts.
func (n *Node) Get(path ...string) *Node {
	for _, key := range path {
		m := n.Member(key)
		if m == nil {
			return nil
		}
		n = m.Value
	}
	return n
}

// Member is the member with a key, or nil.
func (n *Node) Member(key string) *Member {
	if n == nil {
		return nil
	}
	for i := range n.Members {
		if n.Members[i].Key.Value == key {
			return &n.Members[i]
		}
	}
	return nil
}

// True tells whether the value is true, in any of the spellings of YAML.
func (n *Node) True() bool {
	return n != nil && n.Kind == Bool && trueWords[strings.ToLower(n.Value)]
}

// Text is the scalar with its places. It reads the scalar anew: Value is for
// those who need no places.
func (n *Node) Text() Text {
	if n == nil {
		return Text{}
	}
	return n.text()
}

// Span is where the value is written: a scalar with its quotes, a list or map
// from its beginning to the end of the last thing in it.
func (n *Node) Span() Span {
	s := Span{File: n.file, Start: n.start}
	switch {
	case n.style == jsonValue:
		s.End = n.limit
	case n.isScalar():
		t := n.text()
		s.Start, s.End = t.start, t.end
	case len(n.Items) > 0:
		s.End = n.Items[len(n.Items)-1].Span().End
	case len(n.Members) > 0:
		s.End = n.Members[len(n.Members)-1].Value.Span().End
	}
	if s.End <= s.Start { // nothing in it, or an alias of what stands before
		s.End = min(s.Start+1, len(n.file.Text))
	}
	return s
}

func (n *Node) isScalar() bool { return n.Kind != List && n.Kind != Map }
