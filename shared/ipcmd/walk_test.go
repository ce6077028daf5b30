package ipcmd

import (
	"slices"
	"strconv"
	"strings"
	"testing"
)

// sample returns words that fit a value, so that a test can reach every row.
func sample(t *testing.T, v any) []string {
	one := func(word string) []string { return []string{word} }
	switch v := v.(type) {
	case nil, block:
		return nil
	case oneOf:
		return one(v.words()[0])
	case or:
		return one(v.words.words()[0])
	case number:
		return one(strconv.FormatUint(v.min, 10))
	case listOf:
		item := sample(t, v.scalar)[0]
		return one(item + "," + item)
	case lockable:
		return append(one("lock"), sample(t, v.scalar)...)
	case several:
		return slices.Repeat(sample(t, v.scalar), 2)
	case sequence:
		var words []string
		for _, s := range v {
			words = append(words, sample(t, s)...)
		}
		return words
	case then:
		return sample(t, v.value)
	case host:
		return one(map[family]string{inet: "10.0.0.1", "": "10.0.0.1", inet6: "fd00::1"}[v.only])
	case prefix:
		return one(map[family]string{inet: "10.0.0.0/8", "": "fd00::/8", inet6: "fd00::/8"}[v.only])
	case choice:
		return one(v[0].name())
	case xdp:
		return one("off")
	case macList:
		return []string{"add", "02:00:00:00:00:01", "02:00:00:00:00:02"}
	case protodownReason:
		return []string{"5", "on"}
	case destination:
		return []string{"blackhole", "10.0.0.0/8"}
	case gateway:
		return []string{"inet6", "fe80::1"}
	case selector:
		return []string{"exact", "10.0.0.0/8"}
	case asTo:
		return []string{"to", "10.0.0.1"}
	case device, newName, altname, addressLabel:
		return one("v9")
	case linkAddress:
		return one("02:00:00:00:00:01")
	case mapping:
		return one("1:2")
	case frequency:
		return one("1/2")
	case locator:
		return one("2001:db8:0:1")
	case kindName, knownKind:
		return one("bridge")
	case duration:
		return one("20ms")
	case text, word, table, named, realms, dsfield, mark, integer, span, labelStack, tunnelKey, nexthopGroup,
		lifetime, etherType, flowLabel, hexNumber:
		return one("5")
	case hexString:
		return one("0a")
	}
	t.Fatalf("no sample for a value of type %T: add one", v)
	return nil
}

// walk parses every spelling of every row of a table, with its blocks, between
// some words, and checks what becomes of it.
func walk(t *testing.T, s syntax, before, after []string) {
	s.each(func(k *keyword) bool {
		if _, refused := k.takes.(never); !refused {
			k.word.each(func(spelt string) bool {
				line := slices.Clone(before)
				if !k.word.hasNoKeyword() {
					line = append(line, spelt)
				}
				walkRow(t, k, line, after)
				return true
			})
		}
		return true
	})
}

func walkRow(t *testing.T, k *keyword, line, after []string) {
	switch v := k.takes.(type) {
	case linkType:
		for _, kind := range linkKinds {
			walk(t, *kind.args, append(slices.Clone(line), kind.name), nil)
		}
		return
	case encap:
		for _, e := range encaps[:len(encaps)-1] { // all but bpf
			walk(t, *e.args, append(slices.Clone(line), e.name), after)
		}
		return
	case block:
		walk(t, *v.of, line, after)
		return
	case then:
		walk(t, *v.of, slices.Concat(line, sample(t, v.value)), after)
	}
	words := slices.Concat(line, sample(t, k.takes), after)
	c, err := Parse(words)
	if err != nil {
		t.Errorf("%s: %v", strings.Join(words, " "), err)
		return
	}
	checkCanonical(t, c)
}

func TestEveryRow(t *testing.T) {
	done := map[*keyword]bool{} // most verbs of an object share a table
	for _, object := range Objects() {
		for _, v := range verbsOf(object) {
			if len(v.args) == 0 || v.class == 0 || done[&v.args[0]] {
				continue
			}
			done[&v.args[0]] = true
			line := append(strings.Fields(object), v.words.name())
			switch object + " " + v.words.name() { // these want more than one argument
			case "link add":
				walk(t, linkWords, line, strings.Fields("n0 type dummy"))
				walk(t, linkAdd[1:2], append(line, "n0"), nil)
			case "link set":
				walk(t, linkWords, line, []string{"v0"})
				walk(t, linkSet[1:3], append(line, "v0"), nil)
			case "link property add":
				walk(t, linkProperty[:1], line, []string{"v0"})
			case "ntable change":
				walk(t, ntableChange[2:], line, strings.Fields("dev v0"))
			default:
				walk(t, v.args, line, nil)
			}
		}
	}
}
