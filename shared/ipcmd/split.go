package ipcmd

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/chainsaw-cni/chainsaw/shared/escape"
)

// Bounds on one command. ip itself takes 512 words from a line of a batch; the
// longest word with a meaning is a list of IPv6 segments.
const (
	maxLine  = 16 << 10 // bytes
	maxWords = 512
	maxWord  = 1024 // bytes
)

// Split cuts a line into words at white space. There is no shell: no quotes,
// no escapes, no substitution.
func Split(line string) ([]string, error) {
	line = strings.TrimSpace(line)
	if len(line) > maxLine {
		return nil, &Refusal{Malformed, 0, fmt.Sprintf("the command has %d bytes, and %d are allowed", len(line), maxLine)}
	}
	if i := strings.IndexAny(line, "\n\r\v\f\u0085\u2028\u2029"); i >= 0 {
		return nil, &Refusal{Malformed, len(strings.Fields(line[:i])), "the command goes on after a line break: write one command a line"}
	}
	words := strings.Fields(line)
	if r := checkWords(words); r != nil {
		return nil, r
	}
	return words, nil
}

func hasShellSyntax(word string) bool {
	return strings.ContainsAny(word, "\"'\\`$;|&<>")
}

// refuseShellSyntax says why a command that changes something, or that was not
// understood, is refused if it was written for a shell: ip would take the
// characters as they stand, and nobody means that. A read only fails to find
// what it was asked for.
func refuseShellSyntax(words []string, c Command, r *Refusal) *Refusal {
	i := slices.IndexFunc(words, hasShellSyntax)
	understood := r == nil && c.Class == Read || r != nil && r.Reason != NotUnderstood && r.Reason != Malformed
	if i < 0 || understood {
		return r
	}
	return &Refusal{Malformed, i, fmt.Sprintf("%q is written for a shell, and there is none: "+
		"write no quotes, variables, pipes or second commands", clip(words[i]))}
}

// checkWords refuses what no command has any use for.
func checkWords(words []string) *Refusal {
	if len(words) > maxWords {
		return &Refusal{Malformed, maxWords, fmt.Sprintf("the command has %d words, and %d are allowed", len(words), maxWords)}
	}
	for i, word := range words {
		if text := wordProblem(word); text != "" {
			return &Refusal{Malformed, i, text}
		}
	}
	return nil
}

func wordProblem(word string) string {
	switch {
	case word == "":
		return "a word of the command is empty"
	case len(word) > maxWord:
		return fmt.Sprintf("the word that begins with %q has %d bytes, and %d are allowed", clip(word), len(word), maxWord)
	case !utf8.ValidString(word):
		return fmt.Sprintf("the word %q is not valid UTF-8", clip(word))
	}
	for _, r := range word {
		if unprintable(r) {
			return fmt.Sprintf("the word %q has the control or format character %U in it", clip(word), r)
		}
	}
	return ""
}

// unprintable finds what changes how a line looks without being seen: control
// characters, bidi and other format characters, line separators, private use.
func unprintable(r rune) bool {
	return unicode.In(r, unicode.C, unicode.Zl, unicode.Zp) || unicode.Is(unicode.Variation_Selector, r)
}

func clip(word string) string { return escape.Cut(word, 40) }
