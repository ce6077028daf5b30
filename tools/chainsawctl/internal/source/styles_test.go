package source

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// writer writes a YAML document around one scalar, and knows where it put each
// word of it: what the reading is held against.
type writer struct {
	*rand.Rand
	text   strings.Builder
	eol    string
	inFlow bool
	indent string // of the lines of the scalar
	words  []placed
}

type placed struct {
	word       string
	start, end int
}

func (w *writer) chance(percent int) bool { return w.IntN(100) < percent }

func (w *writer) blanks(most int) string { return strings.Repeat(" ", w.IntN(most+1)) }

func (w *writer) oneOf(texts ...string) string { return texts[w.IntN(len(texts))] }

// newWord is not contained in any other, and no style gives it a meaning.
func (w *writer) newWord() string {
	return fmt.Sprintf("%s%dq", w.oneOf("ip", "ä", "日本", "x:y", "a#b", "🪚", "-", "a'b", `a"b`, `c\d`, "w"), len(w.words))
}

func (w *writer) word(as string, word string) {
	start := w.text.Len()
	w.text.WriteString(as)
	w.words = append(w.words, placed{word, start, w.text.Len()})
}

func (w *writer) lineEnds(n int) {
	for range n {
		w.text.WriteString(w.eol + w.blanks(len(w.indent)))
	}
	w.text.WriteString(w.eol + w.indent)
}

// document puts the scalar under the key "value" of some surroundings.
func (w *writer) document(style yaml.Style) string {
	w.eol = w.oneOf("\n", "\n", "\r\n")
	outer := w.blanks(4)
	w.text.WriteString(w.oneOf("", "# a comment: ö"+w.eol, "---"+w.eol, "--- # ü"+w.eol, "%YAML 1.1"+w.eol+"---"+w.eol))
	w.text.WriteString("before: [ä, {b: \"c\"}]" + w.eol + "in:" + w.eol)
	key := w.oneOf("value:", `"value":`, "? value"+w.eol+" "+outer+":", "? # why"+w.eol+"   "+outer+"value"+w.eol+" "+outer+":")
	block := style == yaml.LiteralStyle || style == yaml.FoldedStyle
	if w.inFlow = !block && w.chance(25); w.inFlow {
		w.text.WriteString(" {other: 日," + w.oneOf(" ", w.eol+"   ", " # c"+w.eol+"\t "))
		key = "value:"
	} else {
		w.text.WriteString(" " + outer + w.oneOf("", "é: ü"+w.eol+" "+outer))
	}
	w.text.WriteString(key + w.oneOf(" ", "  "))
	if key == "value:" {
		w.text.WriteString(w.oneOf("", "\t")) // which a complex key cannot have
	}
	w.text.WriteString(w.oneOf("", "", "!!str ", "&a ", "&a !!str ", "!x  "))
	w.indent = outer + " " + w.blanks(3) + " "
	if !block && w.chance(25) {
		w.text.WriteString(w.oneOf("", "# more") + w.eol + w.indent)
	}
	w.scalar(style, len(outer)+1)
	if w.inFlow {
		w.text.WriteString(w.oneOf("}", ", after: 1}", w.eol+" }"))
	}
	w.text.WriteString(w.eol)
	w.text.WriteString(w.oneOf("", "after: x"+w.eol, "...", "# after"+w.eol, "---"+w.eol))
	return w.text.String()
}

func (w *writer) scalar(style yaml.Style, parent int) {
	switch style {
	case yaml.SingleQuotedStyle:
		w.quoted("'", func(word string) string { return strings.ReplaceAll(word, "'", "''") })
	case yaml.DoubleQuotedStyle:
		w.quoted(`"`, w.escaped)
	case yaml.LiteralStyle, yaml.FoldedStyle:
		w.block(style, parent)
	default:
		w.flow(func(word string) string { return word })
	}
}

func (w *writer) quoted(quote string, as func(string) string) {
	w.text.WriteString(quote + w.oneOf("", w.blanks(2), w.eol+w.indent))
	w.flow(as)
	w.text.WriteString(w.oneOf("", w.blanks(2), w.eol+w.indent) + quote)
}

func (w *writer) flow(as func(string) string) {
	for i := range w.IntN(8) + 1 {
		if i > 0 {
			w.separate()
		}
		word := w.newWord()
		if i == 0 && strings.ContainsAny(word[:1], `-"'`) {
			word = "w" + word
		}
		w.word(as(word), word)
	}
}

func (w *writer) separate() {
	switch w.IntN(4) {
	case 0:
		w.text.WriteString(w.blanks(2))
		w.lineEnds(w.IntN(3))
	default:
		w.text.WriteString(w.oneOf(" ", "  ", " \t"))
	}
}

// escaped writes some characters as escapes.
func (w *writer) escaped(word string) string {
	var text strings.Builder
	for _, r := range word {
		switch {
		case r == '"' || r == '\\':
			text.WriteString(`\` + string(r))
		case r < 0x100 && w.chance(15):
			fmt.Fprintf(&text, `\x%02x`, r)
		case r < 0x10000 && w.chance(15):
			fmt.Fprintf(&text, `\u%04X`, r)
		case w.chance(15):
			fmt.Fprintf(&text, `\U%08x`, r)
		case text.Len() > 0 && w.chance(10):
			text.WriteString("\\" + w.eol + w.indent + string(r))
		default:
			text.WriteRune(r)
		}
	}
	return text.String()
}

func (w *writer) block(style yaml.Style, parent int) {
	header := map[yaml.Style]string{yaml.LiteralStyle: "|", yaml.FoldedStyle: ">"}[style]
	chomp := w.oneOf("", "-", "+")
	if w.chance(30) {
		chomp = w.oneOf(fmt.Sprint(len(w.indent)-parent)+chomp, chomp+fmt.Sprint(len(w.indent)-parent))
	}
	explicit := strings.ContainsAny(chomp, "123456789")
	w.text.WriteString(header + chomp + w.oneOf("", "  ", " # why: ö"))
	w.lineEnds(w.IntN(3))
	for i := range w.IntN(8) + 1 {
		if i > 0 {
			w.separate()
		}
		if (i > 0 || explicit) && w.chance(20) {
			w.text.WriteString(w.oneOf(" ", "\t", "  ")) // which folds in no style
		}
		word := w.newWord()
		w.word(word, word)
	}
	for range w.IntN(3) {
		w.text.WriteString(w.eol + w.blanks(len(w.indent)))
	}
}

var allStyles = []yaml.Style{0, yaml.SingleQuotedStyle, yaml.DoubleQuotedStyle, yaml.LiteralStyle, yaml.FoldedStyle}

func FuzzPlacesInEveryStyle(f *testing.F) {
	for seed := range uint64(2000) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		w := writer{Rand: rand.New(rand.NewPCG(seed, 1))}
		text := w.document(allStyles[seed%uint64(len(allStyles))])
		file := &File{Name: "x.yaml", Text: []byte(text)}
		roots, errs := readYAML(file, part{end: next(file.Text, 0).end})
		if len(errs) > 0 || len(roots) != 1 {
			t.Fatalf("%d documents and %v from\n%s", len(roots), errs, text)
		}
		node := roots[0].Get("in", "value")
		if node == nil {
			t.Fatalf("there is no value in\n%s", text)
		}
		if s := node.scan(); string(s.value) != node.Value {
			t.Fatalf("the value %q was read as %q in\n%s", node.Value, s.value, text)
		}
		places := node.Text()
		for _, p := range w.words {
			at := strings.Index(places.Value, p.word)
			if at < 0 {
				t.Fatalf("%q is not in the value %q of\n%s", p.word, places.Value, text)
			}
			if got := places.Span(at, at+len(p.word)); got.Start != p.start || got.End != p.end {
				t.Errorf("%q is said to be at %d-%d (%q), and is at %d-%d in\n%s", p.word, got.Start, got.End, got.Text(), p.start, p.end, text)
			}
		}
	})
}
