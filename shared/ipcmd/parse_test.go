package ipcmd

import (
	"strings"
	"testing"
)

// acceptedLines also seeds the fuzz test.
func acceptedLines() []string {
	var lines []string
	for _, table := range [...][][3]string{
		optionLines, addressLines, routeLines, ruleLines, linkLines, linkTypeLines, neighbourLines,
		xfrmLines, otherLines,
	} {
		for _, l := range table {
			lines = append(lines, l[0])
		}
	}
	return lines
}

// run checks a table of lines: what is typed, its class, and what runs; ""
// stands for the same line.
func run(t *testing.T, lines [][3]string) {
	for _, l := range lines {
		t.Run(l[0], func(t *testing.T) {
			words, err := Split(l[0])
			if err != nil {
				t.Fatal(err)
			}
			c, err := Parse(words)
			if err != nil {
				t.Fatal(err)
			}
			want := l[2]
			if want == "" {
				want = l[0]
			}
			if c.String() != want || c.Class.String() != l[1] {
				t.Errorf("got %v: %s\nwant %s: %s", c.Class, c, l[1], want)
			}
			checkCanonical(t, c)
		})
	}
}

func TestEveryVerbIsReachedByItsOwnName(t *testing.T) {
	for _, object := range Objects() {
		for _, action := range Actions(object) {
			got, ok := ResolveAction(object, action)
			if !ok || got != action {
				t.Errorf("%s %s resolves to %q", object, action, got)
			}
		}
	}
}

// Every keyword of every table must be reachable: a row that an earlier one
// hides would be a mistake of ours.
func TestEveryKeywordIsReachedByItsOwnName(t *testing.T) {
	for _, object := range Objects() {
		for _, v := range verbsOf(object) {
			v.args.checkReachable(t, object+" "+string(v.words))
		}
	}
	for _, k := range linkKinds {
		k.args.checkReachable(t, "type "+k.name)
	}
	for _, e := range encaps {
		e.args.checkReachable(t, "encap "+e.name)
	}
}

func (s syntax) checkReachable(t *testing.T, where string) {
	s.each(func(k *keyword) bool {
		k.word.each(func(word string) bool {
			if got, _ := s.find(word); got != k && !k.word.hasNoKeyword() {
				t.Errorf("%s: %q is taken for %q", where, word, got.word)
			}
			return true
		})
		if b, ok := k.takes.(block); ok {
			b.of.checkReachable(t, where+" "+k.word.name())
		}
		return true
	})
}

func TestResolve(t *testing.T) {
	for _, tt := range []struct{ typed, object, action, resolved string }{
		{"a", "address", "s", "show"},
		{"addr", "address", "r", "replace"},
		{"n", "neighbour", "chg", "change"},
		{"l", "link", "s", "set"},
		{"link p", "link property", "del", "delete"},
		{"link p", "link property", "delete", "delete"},
		{"x s", "xfrm state", "al", "allocspi"},
		{"xfrm pol", "xfrm policy", "setd", "setdefault"},
		{"s t", "sr tunsrc", "se", "set"},
		{"m", "maddress", "l", "show"},
		{"tap", "tuntap", "d", "delete"},
		{"tcp", "tcp_metrics", "r", "delete"},
	} {
		object, ok := ResolveObject(tt.typed)
		if !ok || object != tt.object {
			t.Errorf("ResolveObject(%q) = %q, %v", tt.typed, object, ok)
		}
		if action, ok := ResolveAction(object, tt.action); !ok || action != tt.resolved {
			t.Errorf("ResolveAction(%q, %q) = %q, %v", object, tt.action, action, ok)
		}
	}
	for _, name := range []string{"netns", "net", "xyz", "Link", "vrf exec", ""} {
		if got, ok := ResolveObject(name); ok {
			t.Errorf("ResolveObject(%q) = %q", name, got)
		}
	}
	if got, ok := ResolveAction("vrf", "exec"); ok {
		t.Errorf("vrf exec resolves to %q", got)
	}
}

func TestObjectsAndArgNames(t *testing.T) {
	objects := strings.Join(Objects(), " ")
	for _, want := range []string{"address", "link property", "xfrm state", "mptcp endpoint", "nexthop bucket"} {
		if !strings.Contains(objects, want) {
			t.Errorf("Objects() lacks %q: %s", want, objects)
		}
	}
	if strings.Contains(objects, "netns") {
		t.Error("Objects() has netns")
	}
	names := strings.Join(ArgNames("route", "add"), " ")
	for _, want := range []string{"to", "via", "via inet6", "dev", "mtu lock", "weight", "segs", "type"} {
		if !strings.Contains(" "+names+" ", " "+want+" ") {
			t.Errorf("ArgNames(route, add) lacks %q: %s", want, names)
		}
	}
	if names := ArgNames("link", "add"); strings.Contains(strings.Join(names, " "), "netns") {
		t.Errorf("ArgNames(link, add) has netns: %s", names)
	}
	if c, ok := ClassOf("link", "set"); !ok || c != Change {
		t.Errorf("ClassOf(link, set) = %v, %v", c, ok)
	}
	if c, ok := ClassOf("vrf", "exec"); ok {
		t.Errorf("ClassOf(vrf, exec) = %v", c)
	}
}
