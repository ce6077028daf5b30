package escape

import "testing"

func TestText(t *testing.T) {
	for name, test := range map[string]struct{ text, want string }{
		"plain":                {"eth0: mtu 1500", "eth0: mtu 1500"},
		"letters of all kinds": {"Zürich 東京", "Zürich 東京"},
		"a terminal sequence":  {"\x1b[31mred", `\x1b[31mred`},
		"a newline":            {"a\nb", `a\nb`},
		"text that runs back":  {"a\u202eb", `a\u202eb`},
		"a zero width space":   {"a\u200bb", `a\u200bb`},
		"bytes that are none":  {"a\xff\xc3", `a\xff\xc3`},
		"a backslash":          {`a\x1b`, `a\x1b`},
		"nothing":              {"", ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Text(test.text); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestLinesKeepsTheEndsOfLines(t *testing.T) {
	if got, want := Lines("a\x1b\nb\r\n\nc"), "a\\x1b\nb\\r\n\nc"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestCut(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"", ""}, {"abcd", "abcd"}, {"abcde", "abcd..."}, {"abcäx", "abc..."}, {"äää", "ää..."}, {"\xffabcde", "\xffabc..."}, {"\x80\x80\x80\x80\x80", "..."},
	} {
		if got := Cut(test.text, 4); got != test.want {
			t.Errorf("%q became %q, want %q", test.text, got, test.want)
		}
	}
}
