package format

import (
	"strings"
	"testing"
)

func TestSnippet(t *testing.T) {
	long := strings.Repeat("a ", 150)
	for _, test := range []struct {
		name, text, at string
		line, mark     string
	}{
		{"the middle line", "x\nab cd ef\ny", "cd", "ab cd ef", "   ^~"},
		{"windows' line ends", "ab cd\r\n", "cd", "ab cd", "   ^~"},
		{"a tab", "\tab\tcd", "cd", "    ab    cd", "          ^~"},
		{"wide characters", "日本 cd 日本", "cd", "日本 cd 日本", "     ^~"},
		{"wide characters marked", "x 日本", "日本", "x 日本", "  ^~~~"},
		{"combining characters", "e\u0301e\u0301 cd", "cd", "e\u0301e\u0301 cd", "   ^~"},
		{"control and bidi characters", "\x1b[2J\u202e cd", "cd", `\x1b[2J\u202e cd`, "              ^~"},
		{"bytes that are no text", "\xff\xfe cd", "cd", `\xff\xfe cd`, "         ^~"},
		{"over the end of the line", "ab cd\nef", "cd\nef", "ab cd", "   ^~"},
		{"nothing", "ab cd", "", "ab cd", "^"},
		{"a long line cut behind", long + "cd", "a a", strings.Repeat("a ", 60) + "...", "^~~"},
		{"a long line cut on both sides", long + "cd" + long, "cd", "..." + strings.Repeat("a ", 20) + "cd" + strings.Repeat("a ", 39) + "...", strings.Repeat(" ", 43) + "^~"},
		{"a long line cut ahead", long + "cd", "cd", "..." + strings.Repeat("a ", 59) + "cd", strings.Repeat(" ", 121) + "^~"},
		{"a key", `- ip xfrm state add enc "cbc(aes)" 0x6b6b6b6b6b6b6b6b6b6b6b6b`, "state", `- ip xfrm state add enc "cbc(aes)" ***`, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			start := strings.Index(test.text, test.at)
			line, mark := snippet([]byte(test.text), start, start+len(test.at))
			if line != test.line || mark != test.mark {
				t.Errorf("got\n%q\n%q\nwant\n%q\n%q", line, mark, test.line, test.mark)
			}
		})
	}
}

func TestSnippetAtTheEndOfTheText(t *testing.T) {
	for _, text := range []string{"", "ab", "ab\n"} {
		line, mark := snippet([]byte(text), len(text), len(text))
		if !strings.HasSuffix(mark, "^") || len(mark) != len(line)+1 {
			t.Errorf("of %q: got %q and %q", text, line, mark)
		}
	}
}

// FuzzSnippet wants that nothing can steer a terminal, whatever stands there,
// and that a line has bounds.
func FuzzSnippet(f *testing.F) {
	f.Add([]byte("a\tb\x1b\u202e日\xff\nc"), 3, 5)
	f.Add([]byte(strings.Repeat("日本", 400)), 1201, 1202)
	f.Fuzz(func(t *testing.T, text []byte, start, end int) {
		if start < 0 || end < 0 {
			return
		}
		line, mark := snippet(text, start, end)
		for _, r := range line + mark {
			if r < ' ' || r == 0x7f || r == 0x202e || r == 0xfffd && !strings.Contains(string(text), "\ufffd") {
				t.Fatalf("%U in %q", r, line)
			}
		}
		if strings.Trim(mark, " ^~") != "" || len(mark) > 4*maxColumns {
			t.Errorf("the mark is %q", mark)
		}
	})
}
