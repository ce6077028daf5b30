package redact

import (
	"slices"
	"strings"
	"unicode"
)

// Text masks the secrets in a command as it was asked for. It serves
// commands that could not be understood as well, so it does not parse them: it
// masks what a word announces, where some word may be the object's (every
// prefix of "xfrm" is), and whatever looks like a key.
func Text(text string) string {
	objects := mentioned(strings.Fields(text))
	of := func(object string) bool { return slices.Contains(objects, object) }
	return eachWord(redactWords(text, of), func(word string) string {
		if looksLikeKey(word) {
			return masked
		}
		return word
	})
}

// mentioned lists the objects with secrets that some word may stand for. A pod
// chooses how many words there are, so they are gone through once.
func mentioned(words []string) (objects []string) {
	for _, word := range words {
		for _, s := range secrets {
			if strings.HasPrefix(s.object, word) && !slices.Contains(objects, s.object) {
				objects = append(objects, s.object)
			}
		}
	}
	return objects
}

// redactWords masks what the words of the given objects announce.
func redactWords(line string, of func(object string) bool) string {
	between, many := 0, 0
	return eachWord(line, func(word string) string {
		switch {
		case between > 0:
			between--
		case many > 0:
			many--
			return masked
		default:
			between, many = announced(word, of)
		}
		return word
	})
}

func announced(word string, of func(object string) bool) (between, many int) {
	for _, s := range secrets {
		if s.word == word && of(s.object) {
			return s.between, s.many
		}
	}
	return 0, 0
}

// looksLikeKey holds for hex of a length that no number, address or cookie of
// `ip` has: those end at 64 bits, and addresses have colons.
func looksLikeKey(word string) bool {
	if digits, found := strings.CutPrefix(strings.ToLower(word), "0x"); found {
		return len(digits) > 16 && isHex(digits)
	}
	return len(word) >= 32 && isHex(word)
}

func isHex(s string) bool { return strings.Trim(s, "0123456789abcdefABCDEF") == "" }

// eachWord replaces the words of a line, and keeps the white space as it is. It
// is what separates words for package ipcmd, no-break spaces included.
func eachWord(line string, replace func(string) string) string {
	var out strings.Builder
	for line != "" {
		word := strings.TrimLeftFunc(line, unicode.IsSpace)
		out.WriteString(line[:len(line)-len(word)])
		end := strings.IndexFunc(word, unicode.IsSpace)
		if end < 0 {
			end = len(word)
		}
		if end > 0 {
			out.WriteString(replace(word[:end]))
		}
		line = word[end:]
	}
	return out.String()
}
