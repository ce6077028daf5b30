package judge

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/chainsaw-cni/chainsaw/shared/ipcmd"
	"github.com/chainsaw-cni/chainsaw/shared/redact"
)

// withoutSecret is a refusal that quotes no key: a refusal quotes the word that
// it is about, and that may be a key with a typing error. The words are read
// again with the key masked, which fails at the same word.
func withoutSecret(err error, words []string) error {
	refusal, ok := errors.AsType[*ipcmd.Refusal](err)
	if !ok || refusal.Word >= len(words) {
		return err
	}
	at, word := refusal.Word, words[refusal.Word]
	masked := strings.Fields(redact.Text(strings.Join(words, " ")))[at]
	if masked == word || !strings.Contains(refusal.Text, word[:min(len(word), 8)]) {
		return err
	}
	words = slices.Clone(words)
	words[at] = masked
	if _, again := ipcmd.Parse(words); again != nil {
		return again
	}
	return &ipcmd.Refusal{Reason: refusal.Reason, Word: at, Text: fmt.Sprintf("word %d, which may be a key and is not shown, is too long or written for a shell", at+1)}
}
