package merge

import (
	"strings"
	"testing"

	"github.com/chainsaw-cni/chainsaw/shared/netconf"
	"github.com/chainsaw-cni/chainsaw/shared/wish"
)

func TestMerge(t *testing.T) {
	asked := wish.Wish{Source: wish.PodAnnotation, Said: true, Commands: []string{"p1", "p2"}}
	none := wish.Wish{Source: wish.CNIArgs, Said: true}
	for _, test := range []struct {
		name string
		how  netconf.PodCommands
		w    wish.Wish
		want string
	}{
		{"a pod replaces the defaults", netconf.Replace, asked, "p1(pod annotation #1) p2(pod annotation #2)"},
		{"a pod appends", netconf.Append, asked, "d1(net-attach-def default #1) p1(pod annotation #1) p2(pod annotation #2)"},
		{"a pod prepends", netconf.Prepend, asked, "p1(pod annotation #1) p2(pod annotation #2) d1(net-attach-def default #1)"},
		{"a pod is ignored", netconf.Ignore, asked, "d1(net-attach-def default #1)"},
		{"an empty list under replace runs nothing", netconf.Replace, none, ""},
		{"an empty list under append leaves the defaults", netconf.Append, none, "d1(net-attach-def default #1)"},
		{"a silent pod gets the defaults", netconf.Replace, wish.Wish{}, "d1(net-attach-def default #1)"},
	} {
		t.Run(test.name, func(t *testing.T) {
			lines, err := Merge([]string{"d1"}, test.how, test.w)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, line := range lines {
				got = append(got, line.Text+"("+line.Origin.String()+")")
			}
			if strings.Join(got, " ") != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestMergeIsBounded(t *testing.T) {
	for _, test := range []struct {
		name     string
		commands []string
		ok       bool
	}{
		{"as many as may be", make([]string, MaxCommands), true},
		{"one too many", make([]string, MaxCommands+1), false},
		{"as long as may be", []string{strings.Repeat("x", MaxText)}, true},
		{"a byte too long", []string{strings.Repeat("x", MaxText), "x"}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := Merge(nil, netconf.Replace, wish.Wish{Said: true, Commands: test.commands})
			if (err == nil) != test.ok {
				t.Errorf("the error is %v", err)
			}
		})
	}
}
