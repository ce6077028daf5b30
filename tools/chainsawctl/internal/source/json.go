package source

import (
	"strconv"
	"strings"
	"unicode/utf16"
)

// json is the value that is written at [from, to) of t.
func (t Text) json(from, to int) Text {
	whole := t.Span(from, to)
	inside := Text{file: t.file, start: whole.Start, end: whole.End}
	if from == to || t.Value[from] != '"' {
		inside.Value, inside.runs = t.Value[from:to], t.clip(from, to, 0)
		return inside
	}
	var value strings.Builder
	for at, end := from+1, to-1; at < end; {
		size := strings.IndexByte(t.Value[at:end], '\\')
		if size == 0 {
			var decoded string
			decoded, size = jsonEscape(t.Value[at:end])
			inside.runs = append(inside.runs, run{value: value.Len(), size: len(decoded), start: t.before(at), end: t.behind(at + size)})
			value.WriteString(decoded)
		} else {
			if size < 0 {
				size = end - at
			}
			inside.runs = append(inside.runs, t.clip(at, at+size, value.Len())...)
			value.WriteString(t.Value[at : at+size])
		}
		at += size
	}
	inside.Value = value.String()
	return inside
}

var jsonEscapes = map[byte]string{'b': "\b", 'f': "\f", 'n': "\n", 'r': "\r", 't': "\t", '"': `"`, '\\': `\`, '/': "/"}

// jsonEscape decodes the escape that a text begins with, as encoding/json does:
// half a surrogate pair is U+FFFD.
func jsonEscape(text string) (decoded string, size int) {
	if text[1] != 'u' {
		return jsonEscapes[text[1]], 2
	}
	r := hex(text[2:])
	if utf16.IsSurrogate(r) && strings.HasPrefix(text[6:], `\u`) {
		if pair := utf16.DecodeRune(r, hex(text[8:])); pair != '\uFFFD' {
			return string(pair), 12
		}
	}
	return string(r), 6
}

func hex(digits string) rune {
	n, _ := strconv.ParseUint(digits[:4], 16, 16) // which the parser has seen to
	return rune(n)
}

// literalEnd is the length of the JSON string that a text begins with.
func literalEnd[T string | []byte](text T) int {
	for at := 1; at < len(text); at++ {
		switch text[at] {
		case '\\':
			at++
		case '"':
			return at + 1
		}
	}
	return len(text)
}
