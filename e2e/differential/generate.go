package differential

import (
	_ "embed"
	"math/rand/v2"
	"strings"

	"github.com/chainsaw-cni/chainsaw/shared/ipcmd"
)

// seeds.txt has lines of all that ip does, what is refused among it. Most do
// something in the world.
//
//go:embed testdata/seeds.txt
var seedText string

var seeds = lines(strings.TrimSpace(seedText))

// Generate returns the line with this number. The same seed makes the same
// lines, whatever the order.
func Generate(seed, number uint64) string {
	g := generator{rand.New(rand.NewPCG(seed, number))}
	words := g.base()
	for range g.howMany() {
		words = g.mutate(words)
	}
	return g.join(words)
}

type generator struct{ *rand.Rand }

// howMany is 0 for every third line: much must work, or nothing is compared.
func (g generator) howMany() int {
	return [...]int{0, 0, 0, 1, 1, 1, 2, 2, 4}[g.IntN(9)]
}

func (g generator) base() []string {
	switch n := g.IntN(20); {
	case n < 12:
		return strings.Fields(g.one(seeds))
	case n < 19:
		return g.fromGrammar()
	}
	var soup []string
	for range 1 + g.IntN(8) {
		soup = append(soup, g.anyWord())
	}
	return soup
}

// fromGrammar makes a line of what ipcmd knows: an object, one of its actions
// and some of its arguments.
func (g generator) fromGrammar() []string {
	object := g.one(ipcmd.Objects())
	words := strings.Fields(object)
	actions := ipcmd.Actions(object)
	if len(actions) == 0 {
		return words
	}
	action := g.one(actions)
	words = append(words, action)
	names := ipcmd.ArgNames(object, action)
	if len(names) == 0 {
		return words
	}
	for range g.IntN(5) {
		words = append(words, g.argument(g.one(names))...)
	}
	return words
}

// argument is a name and a value that often fits it; sometimes one is missing.
func (g generator) argument(name string) []string {
	words := strings.Fields(name)
	switch g.IntN(10) {
	case 0:
		return words
	case 1:
		return []string{g.valueOf(name)}
	}
	return append(words, g.valueOf(name))
}

// The pools for arguments, by name.
var pools = []struct {
	names string
	pool  *[]string
}{
	{"dev oif iif link master vrf name slave1 slave2 active_slave primary backup_port", &devices},
	{"to from prefix local dst src root match exact", &prefixes},
	{"via src peer remote broadcast anycast proxy group gateway nh4 nh6 tunsrc segs", &addresses},
	{"table lookup", &tables},
	{"address lladdr brd macaddr group_address", &macs},
	{"type", &kinds},
	{"up down nomaster router nodad notify onlink fibmatch noprefixroute", nil},
}

func (g generator) valueOf(name string) string {
	if g.IntN(12) == 0 {
		return g.anyWord()
	}
	for _, p := range pools {
		for known := range strings.FieldsSeq(p.names) {
			if known != name || g.IntN(8) == 0 {
				continue
			}
			if p.pool == nil {
				return g.one(devices)
			}
			return g.one(*p.pool)
		}
	}
	if g.IntN(2) == 0 {
		return g.one(numbers)
	}
	return g.one(states)
}

var everyPool = []*[]string{
	&devices, &trickyDev, &addresses, &trickyAddr, &prefixes, &trickyNet, &numbers, &trickyNum,
	&tables, &macs, &kinds, &states, &paths, &oddWords,
}

func (g generator) anyWord() string {
	if g.IntN(4) == 0 {
		return g.one(strings.Fields(g.one(seeds)))
	}
	return g.one(*everyPool[g.IntN(len(everyPool))])
}

func (g generator) one(of []string) string { return of[g.IntN(len(of))] }

// join puts white space between the words, now and then of an odd kind.
func (g generator) join(words []string) string {
	odd := g.IntN(25) == 0
	var b strings.Builder
	if g.IntN(10) == 0 {
		b.WriteString("ip ")
	}
	for i, w := range words {
		if i > 0 {
			space := " "
			if odd && g.IntN(3) == 0 {
				space = g.one(oddSpaces)
			}
			b.WriteString(space)
		}
		b.WriteString(w)
	}
	return b.String()
}
