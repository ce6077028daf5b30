package ipcmd

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
)

func FuzzSplit(f *testing.F) {
	for _, r := range corpus(f) {
		f.Add(r.Cmd)
	}
	f.Fuzz(func(t *testing.T, line string) {
		words, err := Split(line)
		if err != nil {
			return
		}
		for _, w := range words {
			if wordProblem(w) != "" || strings.ContainsAny(w, " \t\r\n") {
				t.Errorf("Split(%q) let %q through", line, w)
			}
		}
		again, err := Split(strings.Join(words, " "))
		if err != nil || !slices.Equal(again, words) {
			t.Errorf("Split(%q) = %q, and split again %q, %v", line, words, again, err)
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, r := range corpus(f) {
		f.Add(strings.Join(r.Argv, "\x00"))
	}
	for _, line := range acceptedLines() {
		f.Add(strings.Join(strings.Fields(line), "\x00"))
	}
	f.Fuzz(func(t *testing.T, joined string) {
		words := strings.Split(joined, "\x00")
		c, err := Parse(words)
		if err != nil {
			if r, ok := errors.AsType[*Refusal](err); !ok || r.Word < 0 || r.Word > len(words) || r.Text == "" || wordProblem(r.Text[:1]) != "" {
				t.Errorf("Parse(%q): a refusal that does not fit: %#v", words, err)
			}
			return
		}
		checkCanonical(t, c)
	})
}

// argNames keeps what ArgNames says: the tests ask a hundred thousand times.
var argNames sync.Map

func knownNames(object, action string) []string {
	if names, ok := argNames.Load(object + " " + action); ok {
		return names.([]string)
	}
	names := ArgNames(object, action)
	argNames.Store(object+" "+action, names)
	return names
}

// checkCanonical holds for every command that Parse lets through.
func checkCanonical(t *testing.T, c Command) {
	t.Helper()
	argv := c.Argv()
	again, err := Parse(argv)
	if err != nil {
		t.Fatalf("%q is refused when read again: %v", argv, err)
	}
	if !reflect.DeepEqual(c, again) {
		t.Errorf("%q is another command when read again:\n%+v\n%+v", argv, c, again)
	}
	if c.Class != Read && c.Class != Change {
		t.Errorf("%q has no class", argv)
	}
	if wantClass, ok := ClassOf(c.Object, c.Action); c.Object != "" && (!ok || wantClass != c.Class) {
		t.Errorf("%q is a %v, and ClassOf says %v, %v", argv, c.Class, wantClass, ok)
	}
	var flat []string
	names := knownNames(c.Object, c.Action)
	for _, a := range c.Args {
		flat = a.appendTo(flat)
		if !slices.Contains(names, a.Name) {
			t.Errorf("%q has the argument %q, which ArgNames does not know", argv, a.Name)
		}
		checkArg(t, a)
	}
	if !slices.Equal(argv[len(argv)-len(flat):], flat) {
		t.Errorf("%q does not end with its arguments %q", argv, flat)
	}
	checkRoles(t, c)
}

func checkArg(t *testing.T, a Arg) {
	t.Helper()
	if (a.Kind == Flag) != (a.Value == "") || a.Kind < Flag || a.Kind > Mark {
		t.Errorf("argument %+v: value and kind do not fit", a)
	}
	if a.Value != "" && wordProblem(a.Value) != "" {
		t.Errorf("argument %+v: %s", a, wordProblem(a.Value))
	}
	switch _, isNumber := a.Number(); {
	case a.Kind == Number && !isNumber && !strings.HasPrefix(a.Value, "-"):
		t.Errorf("argument %+v is not a number", a)
	case a.Kind == Device && CheckDevice(a.Value) != nil:
		t.Errorf("argument %+v: %v", a, CheckDevice(a.Value))
	}
	if _, ok := a.Prefix(); !ok && (a.Kind == Address || a.Kind == Prefix) {
		t.Errorf("argument %+v is not a prefix", a)
	}
}

// checkRoles looks at the canonical words alone, knowing nothing of tables.
func checkRoles(t *testing.T, c Command) {
	t.Helper()
	argv := c.Argv()
	for _, bad := range []string{"-batch", "-netns", "-force", "-all", "-loops", "-rcvbuf"} {
		if slices.Contains(c.Options, bad) {
			t.Errorf("%q has the option %s", argv, bad)
		}
	}
	for _, bad := range []string{"netns", "monitor exec"} {
		if c.Object == bad {
			t.Errorf("%q is about %s", argv, bad)
		}
	}
	for _, a := range c.Args {
		switch a.Name {
		case "netns", "link-netns", "link-netnsid", "vf", "endpoint", "xdp":
			if a.Name != "xdp" || a.Value != "off" {
				t.Errorf("%q has the argument %q", argv, a.Name)
			}
		}
	}
}
