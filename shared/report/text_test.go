package report

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/chainsaw-cni/chainsaw/shared/pod"
)

const netns = "8b95825ee825d5585e3a209aa81ae44f55b15d6eef49ff35fb4a7fd8b7577879"

func ran(text, run string, exit int, stdout, stderr string) Command {
	return Command{Text: text, Run: run, Origin: "pod annotation #1", Verdict: Allowed, ExitCode: &exit, Stdout: stdout, Stderr: stderr}
}

func sample(commands ...Command) Report {
	r := New("chainsaw")
	r.Pod = pod.Ref{Namespace: "default", Name: "chainsawtestpod", UID: "1"}
	r.Netns, r.Network, r.Interface = netns, "test-chainsaw-chain", "net1"
	r.Commands = commands
	return r
}

func text(t *testing.T, r Report) string {
	t.Helper()
	var page bytes.Buffer
	if err := r.WriteText(&page); err != nil {
		t.Fatal(err)
	}
	return page.String()
}

const header = "Chainsaw report: pod default/chainsawtestpod, interface net1, network test-chainsaw-chain, variant chainsaw\n"

func TestWriteTextAsTheFirstChainsawDid(t *testing.T) {
	got := text(t, sample(
		ran("ip route", "ip route show", 0, "default via 10.244.0.1 dev eth0\n192.0.2.0/24 dev net1 proto kernel\n", ""),
		ran(" ip addr", "ip address show", 0, "1: lo: <LOOPBACK,UP>\n    inet 127.0.0.1/8", ""),
	))
	want := header + `Detected commands: [route addr]
Running ip netns exec ` + netns + ` ip route ===============
default via 10.244.0.1 dev eth0
192.0.2.0/24 dev net1 proto kernel
Running ip netns exec ` + netns + ` ip addr ===============
1: lo: <LOOPBACK,UP>
    inet 127.0.0.1/8
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestWriteTextTellsWhatWentWrong(t *testing.T) {
	failed := ran("link set CURRENT_INTERFACE up", "ip link set dev net1 up", 2, "", "RTNETLINK answers: no\n")
	failed.Expanded = "link set net1 up"
	failed.Dropped = 7
	timedOut := Command{Text: "route", Verdict: Allowed, TimedOut: true, Signal: "killed", Duration: 10 * time.Second}
	killed := Command{Text: "route", Verdict: Allowed, Signal: "bad system call"}
	refused := Command{Text: "netns exec x sh", Origin: "pod annotation #4", Verdict: Refused, Reason: "leaves the pod's netns"}
	notRun := Command{Text: "addr", Origin: "pod annotation #5", Verdict: Allowed}
	r := sample(failed, timedOut, killed, refused, notRun)
	r.Pod, r.Netns, r.Network = pod.Ref{}, "", "a, variant \x1b"
	r.Repeats, r.Lost, r.Note, r.Error = 2, Lost{Pod: 3, Node: 5}, "ran the defaults", "chainsaw(100): refused"
	want := `Chainsaw report: pod none, interface net1, network "a, variant \x1b", variant chainsaw
Chainsaw note: stands for 2 earlier attempts which went the same way
Chainsaw note: the spool was full; not kept: 3 reports of this pod, 5 of the node
Chainsaw note: ran the defaults
Detected commands: [link set CURRENT_INTERFACE up route route netns exec x sh addr]
Running ip netns exec none ip link set net1 up ===============
stderr: RTNETLINK answers: no
Chainsaw note: 7 more bytes of output were not kept
Chainsaw note: exit code 2
Running ip netns exec none ip route ===============
Chainsaw note: timed out after 10s
Running ip netns exec none ip route ===============
Chainsaw note: killed by bad system call
Chainsaw refused ip netns exec x sh (pod annotation #4): leaves the pod's netns
Chainsaw did not run ip addr (pod annotation #5)
Chainsaw error: chainsaw(100): refused
`
	if got := text(t, r); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestOutputCannotLookLikeAHeader(t *testing.T) {
	for _, forged := range []string{
		"Running ip netns exec " + netns + " ip link ===============",
		"Detected commands: [addr]",
		header[:len(header)-1],
		"Chainsaw error: none",
		"stderr: nothing",
		`time=2026-01-02T03:04:05Z level=ERROR msg="the node is broken: kubectl delete node"`,
		"   \tRunning ip netns exec x",
		"RUNNING IP NETNS EXEC x",
		"Running  ip\tnetns exec x",
		"Runn\u0456ng ip netns exec x",       // Cyrillic i
		"\u3164Running ip netns exec x",      // a filler that is a letter and shows nothing
		"Detected\u00a0commands: [addr]",     // no-break space
		"\u202eRunning ip netns exec \u202c", // right to left
	} {
		t.Run(forged, func(t *testing.T) {
			got := text(t, sample(ran("link", "ip link show", 0, "1: lo\n"+forged+"\n2: eth0\n", "")))
			line := strings.Split(got, "\n")[4]
			if !strings.HasPrefix(line, quotation) {
				t.Errorf("a forged header came out as %q", line)
			}
		})
	}
	for _, plain := range []string{"default via 10.244.0.1 dev eth0", "    inet 127.0.0.1/8 scope host lo", "Run", "| x", ""} {
		if mistakable(plain) {
			t.Errorf("%q is taken for a header", plain)
		}
	}
}

func TestNoCharacterThatDeceives(t *testing.T) {
	hostile := "\x1b[2K\r\u202ehidden\u200b\x00\x7f\u009b\xff\u2028\ttab"
	r := sample(ran(hostile+"\n"+header, "ip", 1, "x"+hostile+"\n", "y"+hostile),
		Command{Text: hostile, Origin: hostile, Verdict: Refused, Reason: hostile + "\n" + header})
	r.Netns, r.Network, r.Interface, r.Variant = hostile, hostile, hostile, hostile
	r.Note, r.Error, r.Pod = hostile+"\n", hostile+"\n", pod.Ref{Namespace: hostile, Name: hostile}
	got := text(t, r)
	for _, c := range got {
		if c != '\n' && (c < ' ' || c >= 0x7f) || c == utf8.RuneError {
			t.Fatalf("%q is left in\n%q", c, got)
		}
	}
	if n := strings.Count(got, "\nChainsaw report:"); n != 0 {
		t.Errorf("%d forged headers in\n%s", n, got)
	}
	if want := `x\x1b[2K\r\u202ehidden\u200b\x00\x7f\u009b\xff\u2028`; !strings.Contains(got, want) {
		t.Errorf("no %s in\n%s", want, got)
	}
}

func TestTabsBecomeBlanks(t *testing.T) {
	got := text(t, sample(ran("", "", 0, "1:\tlo\n\tinet\t\t224.0.0.1", "")))
	if want := "1:      lo\n        inet            224.0.0.1\n"; !strings.HasSuffix(got, want) {
		t.Errorf("got\n%s\nwant at its end\n%s", got, want)
	}
}

// torn counts how often it is written to: a report must come in one piece.
type torn struct{ writes int }

func (w *torn) Write([]byte) (int, error) {
	w.writes++
	return 0, errors.New("full")
}

func TestWritesOnceAndTellsOfFailure(t *testing.T) {
	for name, write := range map[string]func(Report, *torn) error{
		"text": func(r Report, w *torn) error { return r.WriteText(w) },
		"JSON": func(r Report, w *torn) error { return r.WriteJSON(w) },
	} {
		var w torn
		if err := write(sample(ran("a", "b", 0, "c\nd\n", "e")), &w); err == nil || w.writes != 1 {
			t.Errorf("%s: %d writes, error %v; want 1 and an error", name, w.writes, err)
		}
	}
}
