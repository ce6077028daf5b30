// Package redact takes secrets out of commands and of what `ip` prints: the keys
// of xfrm and macsec, and the secrets of segment routing.
//
// It works on text, also on text that nobody understood. A command that was
// understood marks its own secrets: see ipcmd.Command.Redacted.
package redact

import (
	"bytes"
	"strings"
)

const masked = "***"

// secrets lists the words of `ip` that announce a secret, how many words stand
// between, and how many are secret. macsec prints the identifiers of its keys
// only, but takes "key ID KEY"; both go, since people put meaning into IDs.
var secrets = [...]struct {
	object, word  string
	between, many int
}{
	{"xfrm", "auth", 1, 1},       // auth ALGO-NAME KEY
	{"xfrm", "auth-trunc", 1, 1}, // auth-trunc ALGO-NAME KEY LENGTH
	{"xfrm", "enc", 1, 1},        // enc ALGO-NAME KEY
	{"xfrm", "aead", 1, 1},       // aead ALGO-NAME KEY LENGTH
	{"macsec", "key", 0, 2},
	{"macsec", "salt", 0, 1},
	{"sr", "secret", 0, 1},
}

// Output masks the secrets in what `ip` wrote about an object, whose name
// is the canonical one ("xfrm state", "macsec", "sr hmac").
func Output(object string, out []byte) []byte {
	object, _, _ = strings.Cut(object, " ")
	if !keepsSecrets(object) {
		return out
	}
	var clean bytes.Buffer
	for line := range bytes.Lines(out) {
		clean.WriteString(redactLine(object, string(line)))
	}
	return clean.Bytes()
}

func keepsSecrets(object string) bool {
	for _, s := range secrets {
		if s.object == object {
			return true
		}
	}
	return false
}

func redactLine(object, line string) string {
	if isJSON(line) {
		return redactJSON(object, line)
	}
	of := func(o string) bool { return o == object }
	return redactWords(redactQuoted(line), of)
}

// isJSON tells by the first character: with -pretty each member has its line.
func isJSON(line string) bool {
	line = strings.TrimSpace(line)
	return line != "" && strings.IndexByte(`[{"`, line[0]) >= 0
}

// redactJSON masks the string that follows "secret": and its like.
func redactJSON(object, line string) string {
	for _, s := range secrets {
		if s.object == object {
			line = redactMember(line, `"`+s.word+`":`)
		}
	}
	return line
}

func redactMember(line, name string) string {
	var clean strings.Builder
	for {
		before, after, found := strings.Cut(line, name)
		clean.WriteString(before)
		if !found {
			return clean.String()
		}
		value := strings.TrimLeft(after, " ")
		clean.WriteString(name + `"` + masked + `"`)
		line = value[jsonStringLen(value):]
	}
}

// jsonStringLen is the length of the JSON string that s begins with, 0 if it
// begins with none, all of s if the string does not end.
func jsonStringLen(s string) int {
	if !strings.HasPrefix(s, `"`) {
		return 0
	}
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(s)
}

// redactQuoted masks from the first quote of a line to the last: `sr hmac`
// prints secrets so, which may hold a quote, and every error of `ip` quotes the
// argument that it did not like, which may be a key.
func redactQuoted(line string) string {
	before, after, found := strings.Cut(line, `"`)
	if !found {
		return line
	}
	rest := ""
	if end := strings.LastIndexByte(after, '"'); end >= 0 {
		rest = after[end+1:]
	}
	return before + `"` + masked + `"` + rest
}
