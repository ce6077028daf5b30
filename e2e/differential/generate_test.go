package differential

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/chainsaw-cni/chainsaw/shared/ipcmd"
)

func TestGenerateIsReproducible(t *testing.T) {
	for n := range uint64(500) {
		first := Generate(7, n)
		if second := Generate(7, n); second != first {
			t.Fatalf("line %d is %q, and then %q", n, first, second)
		}
	}
	if Generate(7, 1) == Generate(8, 1) && Generate(7, 2) == Generate(8, 2) {
		t.Error("the seed makes no difference")
	}
}

// The lines must reach what they are for, each of these often enough.
func TestGeneratedLinesAreDiverse(t *testing.T) {
	const count = 20000
	traits := map[string]func(line string) bool{
		"keyword as device": func(l string) bool { return strings.Contains(l, "dev netns") },
		"end of options":    func(l string) bool { return strings.Contains(" "+l+" ", " -- ") },
		"many words":        func(l string) bool { return len(strings.Fields(l)) > 480 },
		"long word":         func(l string) bool { return len(l) > 1100 && len(strings.Fields(l)) < 50 },
		"unicode":           func(l string) bool { return len(l) != utf8.RuneCountInString(l) },
		"odd white space":   func(l string) bool { return strings.ContainsAny(l, "\t\n\r\v\u00a0\u2028") },
		"octal":             func(l string) bool { return strings.Contains(l, " 010") },
		"another netns":     func(l string) bool { return strings.Contains(l, "link-netnsid") },
		"batch":             func(l string) bool { return strings.Contains(l, "/run/canary/batch") },
	}
	seen := map[string]int{}
	understood := map[string]int{}
	for n := range uint64(count) {
		line := Generate(1, n)
		for trait, has := range traits {
			if has(line) {
				seen[trait]++
			}
		}
		if words, err := ipcmd.Split(line); err == nil {
			if c, err := ipcmd.Parse(words); err == nil {
				understood[c.Object]++
			}
		}
	}
	for trait := range traits {
		if seen[trait] < count/2000 {
			t.Errorf("%s: only %d of %d lines", trait, seen[trait], count)
		}
	}
	for _, object := range ipcmd.Objects() {
		if object != "help" && understood[object] == 0 {
			t.Errorf("no line about %q is understood", object)
		}
	}
}
