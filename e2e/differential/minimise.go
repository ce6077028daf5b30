package differential

import (
	"slices"
	"strings"
)

// Minimise drops words from a line that breaks a promise, as long as what is
// left still breaks one.
func Minimise(line string, broken func(line string) bool) string {
	words := strings.Fields(line)
	for size := max(1, len(words)/2); size > 0; size /= 2 {
		for i := 0; i+size <= len(words); {
			fewer := slices.Delete(slices.Clone(words), i, i+size)
			if broken(strings.Join(fewer, " ")) {
				words = fewer
			} else {
				i += size
			}
		}
	}
	if shorter := strings.Join(words, " "); broken(shorter) {
		return shorter
	}
	return line // it was about the white space
}
