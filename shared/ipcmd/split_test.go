package ipcmd

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

func TestSplit(t *testing.T) {
	for _, tt := range []struct {
		name, line string
		want       []string
	}{
		{"cuts at white space", "ip link show", []string{"ip", "link", "show"}},
		{"takes tabs and runs of blanks", "\tip  link\t show ", []string{"ip", "link", "show"}},
		{"takes Unicode's blanks", "ip\u2003link\u00a0show", []string{"ip", "link", "show"}},
		{"trims line ends", "\n ip a\r\n", []string{"ip", "a"}},
		{"of nothing is no word", "  ", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Split(tt.line)
			if err != nil || !slices.Equal(got, tt.want) {
				t.Errorf("Split(%q) = %q, %v; want %q", tt.line, got, err, tt.want)
			}
		})
	}
}

func TestSplitRefuses(t *testing.T) {
	for _, tt := range []struct {
		name, line string
		word       int
		text       string
	}{
		{"a second line", "ip link show\nip netns", 3, "one command a line"},
		{"a carriage return inside", "ip a\rip r", 2, "one command a line"},
		{"a vertical tab inside", "ip a\vb", 2, "one command a line"},
		{"NEL inside", "ip a\u0085b", 2, "one command a line"},
		{"a line separator inside", "ip a\u2028b", 2, "one command a line"},
		{"double quotes", `ip link set v0 alias "a b"`, 5, "no quotes"},
		{"single quotes", `ip link show 'v0'`, 3, "shell"},
		{"a backslash", `ip link show v\0`, 3, "shell"},
		{"backquotes", "ip link show `id`", 3, "shell"},
		{"substitution", "ip link show $(id)", 3, "shell"},
		{"a variable", "ip link set v0 alias $PPID", 5, "shell"},
		{"a second command", "ip a s v0; ip r", 3, "shell"},
		{"a pipe", "ip a | cat", 2, "shell"},
		{"a redirection", "ip link show > /tmp/f", 3, "shell"},
		{"an escape character", "ip link set v0 alias a\x1bb", 5, "U+001B"},
		{"DEL", "ip a \x7f", 2, "U+007F"},
		{"a C1 character", "ip a x\u009bx", 2, "U+009B"},
		{"a bidi override", "ip a x\u202ex", 2, "U+202E"},
		{"a zero width joiner", "ip a x\u200dx", 2, "U+200D"},
		{"a private character", "ip a x\ue000x", 2, "U+E000"},
		{"broken UTF-8", "ip a x\xffx", 2, "UTF-8"},
		{"a word that is too long", "ip a " + strings.Repeat("A", 1025), 2, "1025 bytes"},
		{"too many words", strings.Repeat("a ", 513), 512, "513 words"},
		{"a line that is too long", strings.Repeat("a", 16<<10+1), 0, "16385 bytes"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Split(tt.line)
			var r *Refusal
			if !errors.As(err, &r) {
				t.Fatalf("Split(%.80q) did not refuse: %v", tt.line, err)
			}
			if r.Reason != Malformed || r.Word != tt.word || !strings.Contains(r.Text, tt.text) {
				t.Errorf("got %v, word %d: %s; want word %d and %q", r.Reason, r.Word, r.Text, tt.word, tt.text)
			}
		})
	}
}

func TestParseTakesBlanksInsideAWord(t *testing.T) {
	c, err := Parse([]string{"link", "set", "v0", "alias", `link "show"`})
	if err != nil {
		t.Fatal(err)
	}
	if v, _ := c.Value("alias"); v != `link "show"` || c.Class != Change {
		t.Errorf("alias is %q, class %v", v, c.Class)
	}
}
