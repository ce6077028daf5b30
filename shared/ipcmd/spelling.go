package ipcmd

import "strings"

// A spelling says which words ip takes for a keyword. It is written as in a
// synopsis, with a mark for what may be shortened:
//
//	dev          this word, written out
//	table*       this word or any beginning of it
//	tos|dsfield* either; the first is the one that we write
//	[to]         may be left out: a word that fits nothing else is its value
//	(device)     has no keyword in ip: only the value is written, ours is the name
//	nexthop...   may be given more than once
type spelling string

// name returns the spelling that we write.
func (s spelling) name() string {
	bare := strings.TrimSuffix(strings.Trim(string(s), "[]()"), "...")
	first, _, _ := strings.Cut(bare, "|")
	return strings.TrimSuffix(first, "*")
}

func (s spelling) mayBeLeftOut() bool { return s != "" && (s[0] == '[' || s[0] == '(') }
func (s spelling) hasNoKeyword() bool { return s != "" && s[0] == '(' }
func (s spelling) mayRepeat() bool    { return strings.HasSuffix(string(s), "...") }

// fits reports whether ip takes word for this keyword.
func (s spelling) fits(word string) bool {
	if s.hasNoKeyword() || word == "" {
		return false
	}
	for rest := strings.Trim(string(s), "[]."); rest != ""; {
		var one string
		one, rest, _ = strings.Cut(rest, "|")
		if stem, ok := strings.CutSuffix(one, "*"); ok && strings.HasPrefix(stem, word) || one == word {
			return true
		}
	}
	return false
}

// each calls yield with every spelling, written out.
func (s spelling) each(yield func(string) bool) {
	for one := range strings.SplitSeq(strings.Trim(string(s), "[]()."), "|") {
		if !yield(strings.TrimSuffix(one, "*")) {
			return
		}
	}
}
