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
	c, err := Parse([]string{"link", "set", "v0", "alias", "link show"})
	if err != nil {
		t.Fatal(err)
	}
	if v, _ := c.Value("alias"); v != "link show" || c.Class != Change {
		t.Errorf("alias is %q, class %v", v, c.Class)
	}
}

func TestParseRefusesWhatIsWrittenForAShell(t *testing.T) {
	for _, tt := range []struct {
		name, line string
		word       int
	}{
		{"double quotes", `ip link set v0 alias "a b"`, 5},
		{"quotes around the whole alias", `ip link set v0 alias 'a'`, 5},
		{"a backslash", `ip link add v\0 type veth`, 3},
		{"a variable", "ip link set v0 alias $PPID", 5},
		{"a second command", "ip a s v0; ip r", 3},
		{"a pipe", "ip a | cat", 2},
		{"a redirection", "ip link show > /tmp/f", 3},
	} {
		t.Run(tt.name, func(t *testing.T) {
			words, err := Split(tt.line)
			if err != nil {
				t.Fatal(err)
			}
			c, err := Parse(words)
			r, ok := errors.AsType[*Refusal](err)
			if !ok || r.Word != tt.word || !strings.Contains(r.Text, "there is none") {
				t.Errorf("%q: %v, %v; want word %d refused", tt.line, c, err, tt.word)
			}
		})
	}
}

func TestReadOfADeviceNamedLikeShellSyntaxIsLeftToIP(t *testing.T) {
	for _, line := range []string{"ip link show `id`", "ip addr show dev $(id)", `ip route show dev "v0"`} {
		words, _ := Split(line)
		if c, err := Parse(words); err != nil || c.Class != Read {
			t.Errorf("%q: %v, %v", line, c, err)
		}
	}
}

func TestShellSyntaxHidesNoGraverReason(t *testing.T) {
	words, _ := Split("ip link set v0 netns $PPID")
	_, err := Parse(words)
	if r, ok := errors.AsType[*Refusal](err); !ok || r.Reason != LeavesNetns {
		t.Errorf("refused for %v", err)
	}
}
