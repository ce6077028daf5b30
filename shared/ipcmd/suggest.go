package ipcmd

import "strings"

// list joins words for a sentence.
func list(words []string) string { return strings.Join(words, ", ") }
