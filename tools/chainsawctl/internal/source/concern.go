package source

import (
	"bytes"
	"encoding/json"
)

// concerns tells whether a document can have to do with Chainsaw. Most of what
// a pipeline makes cannot, and reading it as YAML is what would take the time.
//
// What matters has one of these words in a key or in a value: the annotations
// and the API group of net-attach-defs, cniVersion, the plugin's own name. Only
// an escape could hide one. The name may be misspelt in a raw configuration that
// has no more than a type; what is no JSON then is none of them.
func concerns(body []byte) bool {
	return bytes.Contains(body, []byte("cni")) || bytes.Contains(body, []byte("chainsaw")) ||
		looksLikeJSON(body) && bytes.Contains(body, []byte(`"type"`)) && json.Valid(body) ||
		hidesLetters(body) || isUTF16(body)
}

// isUTF16 tells whether a file begins as Windows' shells write one: the words
// would not be found in it, and no cluster reads it.
func isUTF16(body []byte) bool {
	return bytes.HasPrefix(body, []byte("\xFE\xFF")) || bytes.HasPrefix(body, []byte("\xFF\xFE"))
}

// hidesLetters tells whether there is an escape that may stand for a letter, or
// in the middle of a word for nothing.
func hidesLetters(body []byte) bool {
	for at := 0; ; at += 2 {
		i := bytes.IndexByte(body[at:], '\\')
		if i < 0 || at+i+1 == len(body) {
			return false
		}
		at += i
		if bytes.IndexByte([]byte("xuU\r\n"), body[at+1]) >= 0 {
			return true
		}
	}
}

func looksLikeJSON(body []byte) bool {
	body = bytes.TrimLeft(body, " \t\r\n")
	return len(body) > 0 && (body[0] == '{' || body[0] == '[')
}

// kindOf is the kind of an object that is not read, for counting.
func kindOf(body []byte) string {
	if looksLikeJSON(body) {
		var header struct{ Kind string }
		_ = json.Unmarshal(body, &header) // what is no JSON has no kind
		return header.Kind
	}
	for line := range bytes.Lines(body) {
		if kind, found := bytes.CutPrefix(line, []byte("kind:")); found {
			kind, _, _ = bytes.Cut(kind, []byte(" #"))
			return string(bytes.Trim(kind, " \t\r\n\"'"))
		}
	}
	return ""
}
