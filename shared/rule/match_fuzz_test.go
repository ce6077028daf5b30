package rule

import (
	"math/rand/v2"
	"net"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/chainsaw-cni/chainsaw/shared/ipcmd"
)

// FuzzMatch makes a command and rules of which one is about it, and then writes
// the command in another way: abbreviated, in another order, with arguments
// more, twice, or with values that no rule admits.
func FuzzMatch(f *testing.F) {
	random := rand.NewChaCha8([32]byte{})
	for range 64 {
		f.Add(throws(random))
	}
	f.Fuzz(func(t *testing.T, data []byte) { checkMatch(t, &dice{data}) })
}

// TestAllowedCommandsAreWithinTheirRule is the same with the same dice each
// time, and sees to it that the rules allow something at all.
func TestAllowedCommandsAreWithinTheirRule(t *testing.T) {
	random, allowed := rand.NewChaCha8([32]byte{1}), 0
	const games = 5_000
	for range games {
		if checkMatch(t, &dice{throws(random)}) {
			allowed++
		}
		if t.Failed() {
			return
		}
	}
	t.Logf("%d of %d commands were allowed", allowed, games)
	if allowed < games/50 {
		t.Errorf("the rules allowed only %d of %d commands", allowed, games)
	}
}

func throws(random *rand.ChaCha8) []byte {
	data := make([]byte, 96)
	_, _ = random.Read(data)
	return data
}

// dice turn bytes into choices.
type dice struct{ data []byte }

func (d *dice) below(n int) int {
	if len(d.data) == 0 || n <= 1 {
		return 0
	}
	thrown := int(d.data[0]) % n
	d.data = d.data[1:]
	return thrown
}

func (d *dice) oneIn(n int) bool { return d.below(n) == 1 }

func pick[T any](d *dice, from []T) T { return from[d.below(len(from))] }

// checkMatch reports whether a command came up that a rule allows.
func checkMatch(t *testing.T, d *dice) bool {
	words := d.fill(pick(d, shapes), safe)
	command, err := ipcmd.Parse(words)
	if err != nil {
		t.Fatalf("%q is refused: %v", words, err)
	}
	rules := []Rule{d.ruleAbout(command), {Allow: "read", Read: true}}
	if d.oneIn(3) {
		rules = append([]Rule{d.ruleAbout(command)}, rules...)
	}
	if command, err = ipcmd.Parse(d.rewrite(words, command)); err != nil {
		return false // not understood, so it does not run
	}
	number, err := Match(rules, command, tokens{})
	if err != nil {
		return false
	}
	for _, problem := range outside(rules[number], command) {
		t.Errorf("`%s` is allowed by %+v, although %s", command, rules[number], problem)
	}
	return true
}

// ruleAbout makes a rule that names most of what the command has.
func (d *dice) ruleAbout(command ipcmd.Command) Rule {
	r := Rule{Allow: "made", Object: command.Object, Actions: []string{command.Action}}
	names := ipcmd.ArgNames(command.Object, command.Action)
	for _, arg := range command.Args {
		if !d.oneIn(12) {
			r.Args = append(r.Args, ArgLimit{arg.Name, d.limitFor(arg)})
		}
	}
	for range d.below(3) {
		r.Args = append(r.Args, ArgLimit{pick(d, names), pick(d, limits)})
	}
	if d.oneIn(4) {
		r.Args = append(r.Args, ArgLimit{pick(d, ipcmd.OptionNames()), Limit{}})
	}
	if d.oneIn(8) {
		r.Require = []string{pick(d, names)}
	}
	return r
}

func (d *dice) limitFor(arg ipcmd.Arg) Limit {
	switch {
	case d.oneIn(10):
		return pick(d, limits)
	case arg.Kind == ipcmd.Flag:
		return Limit{}
	case arg.Kind == ipcmd.Address, arg.Kind == ipcmd.Prefix:
		return limits[0]
	case arg.Kind == ipcmd.Number, arg.Kind == ipcmd.Table:
		return limits[1]
	}
	return Limit{In: []string{arg.Value, "CURRENT_INTERFACE"}}
}

// limits admit what is safe. None but the last admits what is not.
var limits = []Limit{
	{CIDR: []string{"10.0.0.0/8", "2001:db8::/32", "CURRENT_CIDR4"}},
	{Range: &Range{Low: 1, High: 1500}},
	{In: []string{"net1", "10.1.2.3", "10.1.2.0/24", "100", "02:00:00:00:00:01"}},
	{},
}

// outside lists what a rule does not admit in a command that Match allowed. It
// looks at the words themselves, and shares nothing with Match.
func outside(r Rule, command ipcmd.Command) (problems []string) {
	if r.Read {
		if command.Class != ipcmd.Read {
			problems = append(problems, "it changes something")
		}
		return problems
	}
	if command.Object != r.Object || !slices.Contains(r.Actions, command.Action) {
		problems = append(problems, "it is about another object or action")
	}
	words, named := command.Argv(), map[string]Limit{}
	for _, arg := range slices.Backward(r.Args) { // of two limits the first counts
		named[arg.Name] = arg.Limit
	}
	for _, option := range command.Options {
		if _, ok := named[option]; !ok {
			problems = append(problems, "the option "+option+" is not named")
		}
	}
	anything := false
	for _, arg := range command.Args {
		limit, ok := named[arg.Name]
		switch {
		case !ok:
			problems = append(problems, "the argument "+arg.Name+" is not named")
		case arg.Value != "" && isZero(limit):
			anything = true
		case !inside(limit, arg.Value):
			problems = append(problems, arg.Name+" "+arg.Value+" is outside of its limit")
		}
	}
	for _, word := range words {
		if !anything && slices.Contains(slices.Concat(poisonous...), word) {
			problems = append(problems, word+" is in it, which no limit admits")
		}
	}
	return problems
}

func isZero(l Limit) bool { return l.CIDR == nil && l.In == nil && l.Range == nil }

// inside judges a value by its text alone.
func inside(l Limit, value string) bool {
	value, _ = tokens{}.Expand(value)
	switch {
	case l.CIDR != nil:
		return slices.ContainsFunc(l.CIDR, func(text string) bool {
			text, _ = tokens{}.Expand(text)
			return within(text, value)
		})
	case l.In != nil:
		return slices.ContainsFunc(l.In, func(text string) bool {
			text, _ = tokens{}.Expand(text)
			return text == value
		})
	case l.Range != nil:
		if i := slices.Index([]string{"default", "main", "local"}, value); i >= 0 {
			value = strconv.Itoa(253 + i)
		}
		n, err := strconv.ParseUint(value, 0, 64)
		return err == nil && l.Range.Low <= n && n <= l.Range.High
	}
	return true
}

// within compares first and last addresses, by another library than Match.
func within(outer, inner string) bool {
	if !strings.Contains(inner, "/") {
		bits := 32
		if strings.Contains(inner, ":") {
			bits = 128
		}
		inner += "/" + strconv.Itoa(bits)
	}
	first, small, err := net.ParseCIDR(inner)
	if err != nil {
		return false
	}
	_, large, err := net.ParseCIDR(outer)
	if err != nil {
		return false
	}
	last := slices.Clone(small.IP)
	for i := range last {
		last[i] |= ^small.Mask[i]
	}
	sameFamily := len(small.IP) == len(large.IP)
	return sameFamily && large.Contains(first) && large.Contains(small.IP) && large.Contains(last)
}

func TestIndependentCheckFindsWhatIsOutside(t *testing.T) {
	for _, test := range []struct {
		line string
		fine bool
	}{
		{"ip route add 10.1.0.0/16 dev net1", true},
		{"ip route add 10.1.0.0/16 dev evil0", false},
		{"ip route add 10.0.0.0/7 dev net1", false},
		{"ip route add 11.0.0.0/8 dev net1", false},
		{"ip route add default dev net1", false},
		{"ip route add 10.1.0.0/16 dev net1 table 7", false},
		{"ip -4 route add 10.1.0.0/16 dev net1", false},
		{"ip route del 10.1.0.0/16 dev net1", false},
	} {
		r := Rule{Object: "route", Actions: []string{"add"}, Args: []ArgLimit{
			{"to", limits[0]},
			{"dev", Limit{In: []string{"CURRENT_INTERFACE"}}},
		}}
		if problems := outside(r, parse(t, test.line)); (len(problems) == 0) != test.fine {
			t.Errorf("%s: %q", test.line, problems)
		}
	}
}
