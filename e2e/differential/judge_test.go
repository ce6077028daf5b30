package differential

import (
	"strings"
	"testing"

	"github.com/chainsaw-cni/chainsaw/e2e/differential/world"
	"github.com/chainsaw-cni/chainsaw/shared/ipcmd"
)

func TestHarm(t *testing.T) {
	read, change := ipcmd.Command{Class: ipcmd.Read}, ipcmd.Command{Class: ipcmd.Change}
	tests := []struct {
		name    string
		command ipcmd.Command
		effect  world.Effect
		want    string
	}{
		{"a read that reads", read, world.Effect{Stdout: "x"}, ""},
		{"a change that changes", change, world.Effect{Pod: []string{"+ link"}}, ""},
		{"a read that changes", read, world.Effect{Pod: []string{"+ link"}}, "is called a read"},
		{"changes the host", change, world.Effect{Outside: []string{"- host link"}}, "outside"},
		{"stopped for its devices", change, world.Effect{Outside: []string{"- host link"}, Violation: "no"}, ""},
		{"opens a canary", read, world.Effect{Canaries: []string{"/run/canary/batch"}}, "opens"},
		{"leaves a process", change, world.Effect{Processes: true}, "process"},
		{"never ends", read, world.Effect{TimedOut: true}, "does not end"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := harm(tt.command, tt.effect); (got == "") != (tt.want == "") || !strings.Contains(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestCompareTellsLinesApart(t *testing.T) {
	j := newJudge(t)
	v := Verdict{Words: strings.Fields("link set v0 mtu 1400")}
	for _, line := range []string{"link set v0 mtu 1399", "link set v1 mtu 1400", "link show v0", "nosuch", "link set v0 mtu 1400"} {
		typed, ours, err := j.both(v.Words, strings.Fields(line))
		if err != nil {
			t.Fatal(err)
		}
		difference, err := j.compare(&v, typed, ours)
		if err != nil || (difference == "") != (line == "link set v0 mtu 1400") {
			t.Errorf("%s: %q, %v", line, difference, err)
		}
	}
}

func TestJudgeReadsAsThePluginsDo(t *testing.T) {
	for _, tt := range []struct {
		line    string
		words   int
		refused bool
	}{
		{"ip a", 1, false},
		{"a\u2003s  v0", 3, false},
		{"netns list", 2, true},
		{"link set\nv0 up", 4, true},
	} {
		var v Verdict
		v.read(tt.line)
		if len(v.Words) != tt.words || (v.Refusal != nil) != tt.refused {
			t.Errorf("%q: words %q, refusal %v", tt.line, v.Words, v.Refusal)
		}
	}
}

func TestMinimise(t *testing.T) {
	tests := []struct{ line, want string }{
		{"-4 link set v0 netns 1 up", "netns 1"},
		{"netns 1", "netns 1"},
		{"1 a netns b 1 c", "netns 1"},
		{strings.Repeat("word ", 500) + "netns 1", "netns 1"},
	}
	for _, tt := range tests {
		got := Minimise(tt.line, func(line string) bool {
			_, after, found := strings.Cut(line, "netns")
			return found && strings.Contains(after, "1")
		})
		if got != tt.want {
			t.Errorf("Minimise(%.40q) = %q, want %q", tt.line, got, tt.want)
		}
	}
	space := "link\tset"
	if got := Minimise(space, func(line string) bool { return strings.Contains(line, "\t") }); got != space {
		t.Errorf("lost the white space: %q", got)
	}
}
