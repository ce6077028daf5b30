package ipcmd

import (
	_ "embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
)

// The real ip has the last word about what our tables say it does: what people
// type and what we make of it must have the same effect.

const (
	realIP  = "/usr/sbin/ip"
	fixture = `link set lo up
link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02
link add br0 address 02:00:00:00:00:03 type bridge
link add ifb0 address 02:00:00:00:00:04 type ifb
link set v0 up
link set v1 up
addr add 10.9.0.1/24 dev v0
addr add fd09::1/64 dev v0 nodad
route add 10.10.0.0/16 via 10.9.0.2
rule add pref 100 from 10.9.0.1 lookup 100
neigh add 10.9.0.9 lladdr 02:00:00:00:00:59 dev v0 nud permanent
`
	everything = `link show
addr show
route show table all
rule show
neigh show
neigh show proxy
nexthop show
addrlabel show
ntable show dev v0
maddr show dev v0
`
)

// An effect is what a command leaves behind.
type effect struct {
	Exit   int
	Output string
	State  string
}

// effectOf runs argv in a netns of its own, with the fixture.
func effectOf(argv []string) (e effect, err error) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread() // for good: the thread ends, and with it the netns
		if err = syscall.Unshare(syscall.CLONE_NEWNET); err == nil {
			e, err = effectHere(argv)
		}
	}()
	<-done
	return e, err
}

func effectHere(argv []string) (effect, error) {
	// No link-local addresses: they come when the kernel gets to it.
	for _, which := range []string{"default", "all"} {
		name := "/proc/sys/net/ipv6/conf/" + which + "/addr_gen_mode"
		if err := os.WriteFile(name, []byte("1"), 0); err != nil && !errors.Is(err, os.ErrNotExist) {
			return effect{}, err
		}
	}
	if out, err := batch(fixture); err != nil {
		return effect{}, fmt.Errorf("setting up: %w: %s", err, out)
	}
	var e effect
	e.Exit, e.Output = execIP(argv)
	for _, family := range []string{"-4", "-6"} {
		out, _ := batch(everything, "-j", "-d", "-force", family) // some things are of one family only
		e.State += stable(out)
	}
	e.State = sorted(e.State)
	return e, nil
}

// sorted brings the objects of a dump into an order: neighbours come by hash.
func sorted(state string) string {
	objects := regexp.MustCompile(`\{[^{}]*\}|[^{}]+`).FindAllString(state, -1)
	slices.Sort(objects)
	return strings.Join(objects, "\n")
}

func batch(lines string, options ...string) (string, error) {
	cmd := exec.Command(realIP, append(options, "-batch", "-")...)
	cmd.Stdin = strings.NewReader(lines)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func execIP(argv []string) (int, string) {
	out, err := exec.Command(realIP, argv...).Output()
	text := volatileText.ReplaceAllString(string(out), "")
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return exit.ExitCode(), text
	}
	return 0, text
}

// volatileText is the same in what ip prints for people.
var volatileText = regexp.MustCompile(`(?m)( state \S+|NO-CARRIER,|,LOWER_UP|,M-DOWN| linkdown| refcnt \d+| reachable \d+|` +
	`^.*\b(33:33:ff|ff00|ff02|table local).*$\n)`)

// volatile is what differs between two netns that are the same: random MACs of
// new devices, timers, and what the kernel gets to a moment later (the states
// of links, and all that it adds for IPv6 addresses by itself).
var volatile = regexp.MustCompile(`"(operstate|linkmode|root_id|bridge_id|[a-z_]*timer|used|confirmed|updated|[a-z]*_life_time|reachable|refcnt|expires)":[^,}]*,?` +
	`|"(LOWER_UP|NO-CARRIER|M-DOWN|linkdown)",?` +
	`|\{[^{}]*"table":"local","protocol":"kernel"[^{}]*\},?` +
	`|\{"link":"33:33:(ff|00:00:00:(01|fb))[^{}]*\},?|\{"family":"inet6","address":"ff[^{}]*\},?|\{"family":"inet6"[^{}"]*\},?`)

var macAddress = regexp.MustCompile(`"address":"[:0-9a-f]{17}",?`)

func stable(dump string) string {
	dump = macAddress.ReplaceAllStringFunc(dump, func(mac string) string {
		if strings.Contains(mac, "00:00:00") { // the fixture's, and lo's
			return mac
		}
		return ""
	})
	return volatile.ReplaceAllString(dump, "")
}

// harmless.txt has commands that work with the fixture on any kernel with veth,
// bridge, macvlan, vxlan and ifb, and that end by themselves.
//
//go:embed testdata/harmless.txt
var harmless string

func TestSameEffectAsTyped(t *testing.T) {
	if testing.Short() {
		t.Skip("runs ip a few hundred times")
	}
	before, err := effectOf([]string{"help"})
	if err != nil {
		t.Skipf("needs a netns of its own (root, or unshare -Urn) and %s: %v", realIP, err)
	}
	var changed atomic.Int32
	t.Run("each", func(t *testing.T) {
		for line := range strings.Lines(harmless) {
			t.Run(strings.TrimSpace(line), func(t *testing.T) {
				t.Parallel()
				if sameEffect(t, strings.Fields(line)).State != before.State {
					changed.Add(1)
				}
			})
		}
	})
	if n := changed.Load(); n < 80 {
		t.Errorf("only %d commands changed what we look at: does the test still see anything?", n)
	}
}

func sameEffect(t *testing.T, words []string) effect {
	c, err := Parse(words)
	if err != nil {
		t.Fatal(err)
	}
	typed, err1 := effectOf(words)
	ours, err2 := effectOf(c.Argv())
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	if typed.Exit != ours.Exit || typed.Output != ours.Output {
		t.Errorf("exit %d: %s\nbut of %s exit %d: %s", typed.Exit, typed.Output, c, ours.Exit, ours.Output)
	}
	if typed.State != ours.State {
		t.Errorf("leaves\n%s\nbut %s\n%s", typed.State, c, ours.State)
	}
	if typed.Exit != 0 && c.Action != "help" && len(c.Args) > 0 {
		t.Errorf("ip itself refuses it, exit %d: choose another line", typed.Exit)
	}
	return ours
}
