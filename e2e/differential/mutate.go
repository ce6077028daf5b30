package differential

import (
	"slices"
	"strings"

	"github.com/chainsaw-cni/chainsaw/shared/ipcmd"
)

// mutations has what may happen to a line, and how often.
var mutations = []struct {
	weight int
	apply  func(g generator, words []string) []string
}{
	{20, generator.replaceValue},
	{40, generator.abbreviate},
	{12, generator.addArgument},
	{10, generator.addForbidden},
	{10, generator.addOption},
	{8, generator.drop},
	{5, generator.repeat},
	{5, generator.swap},
	{5, generator.splice},
	{4, generator.addAnyWord},
	{2, generator.glue},
	{2, generator.stretch},
}

func (g generator) mutate(words []string) []string {
	if len(words) == 0 {
		words = []string{g.anyWord()}
	}
	total := 0
	for _, m := range mutations {
		total += m.weight
	}
	n := g.IntN(total)
	for _, m := range mutations {
		if n -= m.weight; n < 0 {
			return m.apply(g, slices.Clone(words))
		}
	}
	return words
}

// replaceValue puts another word of the same kind for one, or a tricky one.
func (g generator) replaceValue(words []string) []string {
	i := g.IntN(len(words))
	for _, pair := range [...][2]*[]string{
		{&devices, &trickyDev},
		{&addresses, &trickyAddr},
		{&prefixes, &trickyNet},
		{&numbers, &trickyNum},
		{&tables, &tables},
		{&macs, &macs},
		{&kinds, &kinds},
		{&paths, &paths},
	} {
		if slices.Contains(*pair[0], words[i]) {
			words[i] = g.one(*pair[g.IntN(2)])
			return words
		}
	}
	words[i] = g.anyWord()
	return words
}

func (g generator) abbreviate(words []string) []string {
	i := g.IntN(len(words))
	if w := words[i]; len(w) > 1 {
		words[i] = w[:1+g.IntN(len(w)-1)]
	}
	return words
}

// addArgument inserts an argument that some action of the object knows.
func (g generator) addArgument(words []string) []string {
	object, ok := ipcmd.ResolveObject(words[0])
	if !ok {
		object = g.one(ipcmd.Objects())
	}
	actions := ipcmd.Actions(object)
	if len(actions) == 0 {
		return words
	}
	names := ipcmd.ArgNames(object, g.one(actions))
	if len(names) == 0 {
		return words
	}
	return g.insert(words, g.argument(g.one(names))...)
}

func (g generator) addForbidden(words []string) []string {
	return g.insert(words, strings.Fields(g.one(forbidden))...)
}

// addOption puts an option before the object, or somewhere else.
func (g generator) addOption(words []string) []string {
	option := strings.Fields(g.one(options))
	if g.IntN(3) > 0 {
		return append(option, words...)
	}
	return g.insert(words, option...)
}

func (g generator) addAnyWord(words []string) []string { return g.insert(words, g.anyWord()) }

func (g generator) drop(words []string) []string {
	i := g.IntN(len(words))
	return slices.Delete(words, i, i+1)
}

func (g generator) repeat(words []string) []string {
	i := g.IntN(len(words))
	j := min(len(words), i+1+g.IntN(2))
	return g.insert(words, words[i:j]...)
}

func (g generator) swap(words []string) []string {
	i, j := g.IntN(len(words)), g.IntN(len(words))
	words[i], words[j] = words[j], words[i]
	return words
}

// splice goes on with the end of another line.
func (g generator) splice(words []string) []string {
	other := strings.Fields(g.one(seeds))
	return append(words[:g.IntN(len(words)+1)], other[g.IntN(len(other)):]...)
}

// glue joins two words, or an option and its value.
func (g generator) glue(words []string) []string {
	i := g.IntN(len(words))
	if i+1 == len(words) {
		words[i] = g.one([]string{"-4", "-", "--", "-n", "-b", "="}) + words[i]
		return words
	}
	words[i] += g.one([]string{"", "=", ":", ",", "/", "@"}) + words[i+1]
	return slices.Delete(words, i+1, i+2)
}

// stretch makes a very long word, or very many words.
func (g generator) stretch(words []string) []string {
	i := g.IntN(len(words))
	switch g.IntN(4) {
	case 0:
		return g.insert(words, slices.Repeat(words[i:i+1], 490+g.IntN(30))...)
	case 1:
		words[i] = strings.Repeat(words[i], 1+1030/len(words[i]))
	case 2:
		words[i] = strings.Repeat(words[i], 1+5000/len(words[i]))
	case 3:
		words[i] += strings.Repeat("x", g.IntN(300))
	}
	return words
}

func (g generator) insert(words []string, more ...string) []string {
	return slices.Insert(words, g.IntN(len(words)+1), slices.Clone(more)...)
}
