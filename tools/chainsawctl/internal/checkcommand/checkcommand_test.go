package checkcommand

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/chainsaw-cni/chainsaw/shared/judge"
	"github.com/chainsaw-cni/chainsaw/shared/variant"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/dryrun"
)

func text(t *testing.T, commands ...string) string {
	t.Helper()
	var out bytes.Buffer
	if err := WriteText(&out, Check(dryrun.Judge{Bounds: judge.Judge{Variant: variant.Exec}}, commands)); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestTextShowsEveryArgument(t *testing.T) {
	want := `ip -6 route add 2001:db8::/32 dev eth0 onlink
  runs      ip -6 route add to 2001:db8::/32 dev eth0 onlink
  class     change
  object    route
  action    add
  options   -6
  argument  to = 2001:db8::/32 (prefix)
  argument  dev = eth0 (device)
  argument  onlink (flag)
  allowed   by chainsaw
`
	if got := text(t, "ip -6 route add 2001:db8::/32 dev eth0 onlink"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestTextMarksWhatIsMissing(t *testing.T) {
	want := `ip link set eth0 mtu
                    ^
  refused   the command is not complete: it lacks a value after "mtu"
`
	if got := text(t, "ip link set eth0 mtu"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestTextEscapesAHostileCommand(t *testing.T) {
	got := text(t, "ip \x1b[2J", "ip route\n  allowed   by chainsaw", "ip \u202eroute", "ip \xff")
	if strings.ContainsAny(got, "\x1b\u202e") || !utf8.ValidString(got) || strings.Contains(got, "\n  allowed") {
		t.Errorf("got %q", got)
	}
}
