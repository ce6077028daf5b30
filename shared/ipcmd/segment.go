package ipcmd

// sr is segment routing over IPv6.
var sr = object{
	words:    "sr*",
	whenNone: "help",
	verbs: []verb{
		{words: "help*", class: Read},
		{words: "hmac*", part: []verb{
			{words: "show*", class: Read},
			{words: "set*", refuse: never{ReadsStdin, "\"ip sr hmac set\" asks for the secret on stdin"}},
		}},
		{words: "tunsrc*", part: []verb{
			{words: "show*", class: Read},
			{words: "set*", class: Change, args: syntax{{"(address)", host{inet6}}}},
		}},
	},
}

// ioam is in-situ operations, administration and maintenance. It knows whole
// words only.
var ioam = object{
	words:    "ioam*",
	whenNone: "help",
	verbs: []verb{
		{words: "help", class: Read},
		{words: "namespace", part: []verb{
			{words: "show", class: Read},
			{words: "add", class: Change, args: ioamNamespaceAdd},
			{words: "del", class: Change, args: syntax{{"(id)", number{max: max16}}}},
			{words: "set", class: Change, args: ioamNamespaceSet},
		}},
		{words: "schema", part: []verb{
			{words: "show", class: Read},
			{words: "add", class: Change, args: syntax{{"(id)", then{number{}, &ioamSchema}}}},
			{words: "del", class: Change, args: syntax{{"(id)", number{}}}},
		}},
		{words: "monitor", refuse: neverEnds}, // since 6.9
	},
}

var ioamNamespaceAdd = syntax{
	{"data", mark{}},
	{"wide", hexNumber{64}},
	{"(id)", number{max: max16}},
}

var ioamNamespaceSet = syntax{
	{"schema", or{"none", number{}}},
	{"(id)", number{max: max16}},
}

var ioamSchema = syntax{{"(data)", text{max: 1020}}}

var ila = object{
	words:    "ila*",
	whenNone: "help",
	verbs: []verb{
		{words: "help*", class: Read},
		{words: "add*", class: Change, args: ilaWords},
		{words: "delete*", class: Change, args: ilaWords},
		{words: "list*", class: Read}, // the one spelling before 6.9
	},
}

const (
	ilaChecksum   = oneOf("adj-transport|neutral-map|neutral-map-auto|no-action")
	ilaIdentifier = oneOf("luid|use-format|iid|virt-v4|virt-uni-v6|virt-multi-v6|nonlocal-addr")
)

var ilaWords = syntax{
	{"loc*", locator{}},
	{"loc_match*", locator{}},
	{"csum-mode*", ilaChecksum},
	{"ident-type*", ilaIdentifier},
	{"dev*", device{}},
}

// locator is the upper half of an IPv6 address: four groups of hex digits.
type locator struct{}

func (v locator) read(p *parser, name string) *Refusal { return p.scalar(v, name) }

func (locator) canonical(_ *parser, word string) (Arg, string) {
	groups := 1
	for _, r := range word {
		if r == ':' {
			groups++
		} else if !isHex(string(r)) {
			groups = 0
			break
		}
	}
	if groups != 4 || len(word) > 19 {
		return Arg{}, "a locator like 2001:db8:0:1"
	}
	return Arg{Kind: Text, Value: word}, ""
}
