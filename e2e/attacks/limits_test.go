package attacks

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chainsaw-cni/chainsaw/e2e/node"
)

// TestIPThatMisbehaves puts scripts in the place of `ip`, which do what a line
// could make an `ip` do that has a bug.
func TestIPThatMisbehaves(t *testing.T) {
	const ignoring = "trap '' TERM INT HUP; "
	netns := node.NetNS(t)
	attachTo(t, netns, "net1", onBridge).add(t)
	config := `{"cniVersion": "1.0.0", "name": "n", "type": "chainsaw", "commands": ["ip link"], "commandTimeout": "300ms", ` + someResult + `}`
	for _, test := range []struct {
		name, script string
		code         uint
		stdout       string
	}{
		{"hangs", "while :; do :; done", 102, ""},
		{"hangs, and ignores signals", ignoring + "while :; do :; done", 102, ""},
		{"hangs without its output", ignoring + "exec >&- 2>&-; while :; do :; done", 102, ""},
		{"prints without end", "while :; do echo xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; done", 102, "xxx"},
		{"starts others", ignoring + "while :; do /bin/true & done", 101, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := playChainsawd(t, "")
			standIn(t, "#!/bin/sh\n"+test.script+"\n", 0o755)
			begin := time.Now()
			wantError(t, call(t, "chainsaw", config, nil, environment(netns)...), test.code, "link show")
			if took := time.Since(begin); took > 10*time.Second {
				t.Errorf("it took %v", took)
			}
			command := d.Last(t).Commands[0]
			if !strings.HasPrefix(command.Stdout, test.stdout) || len(command.Stdout) > 64<<10 || (test.stdout != "") != (command.Dropped > 0) {
				t.Errorf("%d bytes were kept and %d dropped", len(command.Stdout), command.Dropped)
			}
			if left := cagedProcesses(t); len(left) > 0 {
				t.Errorf("processes are left: %q", left)
			}
		})
	}
}

// cagedProcesses lists the processes of this node that run `ip`.
func cagedProcesses(t *testing.T) (found []string) {
	t.Helper()
	lines, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range lines {
		text, err := os.ReadFile(path)
		words := strings.Split(string(text), "\x00")
		if err == nil && slices.Contains(words, "/usr/sbin/ip") {
			found = append(found, strings.Join(words, " "))
		}
	}
	return found
}

func TestOneADDIsBounded(t *testing.T) {
	long := "addr show label " + strings.Repeat("x", 1500)
	for _, test := range []struct {
		name  string
		lines []string
		says  string
	}{
		{"commands", slices.Repeat([]string{"link"}, 65), "may have 64"},
		{"bytes of commands", slices.Repeat([]string{long}, 50), "may have 65536"},
		{"words of a command", []string{"link" + strings.Repeat(" show", 40000)}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			attach(t, onBridge, podWants("", test.lines...)).refused(t, 103, test.says)
		})
	}
}
