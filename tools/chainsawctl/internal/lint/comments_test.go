package lint

import (
	"slices"
	"strings"
	"testing"
)

func TestCommentsReachWhatIsBelow(t *testing.T) {
	for _, test := range []struct {
		name, text string
		want       []string // the lines that the first comment is about
	}{
		{"its own line", "a: 1 # chainsawctl:ignore token\nb: 2\n", []string{"a: 1 # chainsawctl:ignore token"}},
		{"and what is below", "a: | # chainsawctl:ignore token\n  x\n\n  y\nb: 2\n", []string{"a: | # chainsawctl:ignore token", "  x", "", "  y"}},
		{"the next line", "# chainsawctl:ignore token\na:\n  b: 1\nc: 2\n", []string{"a:", "  b: 1"}},
		{"past other comments", "# chainsawctl:ignore token\n# because\n\na: 1\nb: 2", []string{"a: 1"}},
		{"the item of a list", "l:\n# chainsawctl:ignore token\n- a: 1\n  b: 2\n- c: 3\n", []string{"- a: 1", "  b: 2"}},
		{"the document", "a: 1\n---\nb: 1\n# chainsawctl:ignore-document token\nc: 1\n---\nd: 1\n", []string{"---", "b: 1", "# chainsawctl:ignore-document token", "c: 1"}},
		{"the last line", "a: 1\n# chainsawctl:ignore token", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			all, unknown := readComments(file("a.yaml", test.text))
			if len(all) != 1 || len(unknown) > 0 || !slices.Equal(all[0].rules, []string{badToken}) {
				t.Fatalf("got %+v, %v", all, unknown)
			}
			end := min(all[0].end, len(test.text))
			got := strings.Split(strings.TrimSuffix(test.text[min(all[0].start, end):end], "\n"), "\n")
			if test.want == nil {
				test.want = []string{"# chainsawctl:ignore token"}
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("it is about %q, want %q", got, test.want)
			}
		})
	}
}

func TestOtherTextIsNoComment(t *testing.T) {
	for _, text := range []string{"a: chainsawctl:ignore token\n", "# see chainsawctl:ignore token\n", "a: 1 # not chainsawctl:ignore token\n"} {
		if all, unknown := readComments(file("a.yaml", text)); len(all)+len(unknown) > 0 {
			t.Errorf("%q: got %+v, %v", text, all, unknown)
		}
	}
}
