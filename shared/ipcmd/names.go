package ipcmd

import (
	"fmt"
	"strconv"
	"strings"
)

// table is a routing table. The names that every machine has are written
// instead of their numbers; 0 is refused, since it means main in one command
// and all tables in another.
type table struct{}

func (v table) read(p *parser, name string) *Refusal { return p.scalar(v, name) }

func (table) canonical(_ *parser, word string) (Arg, string) {
	switch word {
	case "253":
		word = "default"
	case "254":
		word = "main"
	case "255":
		word = "local"
	}
	if n, ok := decimal(word); ok && (n == 0 || n > max32) || !ok && !isConfigName(word) || word == "unspec" {
		return Arg{}, "a routing table: a number from 1, main, local, default or a name in lower case"
	}
	return Arg{Kind: Table, Value: word}, ""
}

// tableNumber returns the number of a canonical table.
func tableNumber(name string) (uint64, bool) {
	switch name {
	case "default":
		return 253, true
	case "main":
		return 254, true
	case "local":
		return 255, true
	}
	return decimal(name)
}

// isConfigName says what we take for a name from /etc/iproute2: nothing that
// C would read as a number.
func isConfigName(word string) bool {
	return word != "" && word[0] >= 'a' && word[0] <= 'z' && strings.Trim(word, lower+digits+"_.-") == ""
}

// named is a number up to max, or a name from /etc/iproute2.
type named struct{ max uint64 }

func (v named) read(p *parser, name string) *Refusal { return p.scalar(v, name) }

func (v named) canonical(_ *parser, word string) (Arg, string) {
	if n, ok := decimal(word); ok && n <= v.max {
		return Arg{Kind: Number, Value: word}, ""
	}
	if isConfigName(word) {
		return Arg{Kind: Word, Value: word}, ""
	}
	return Arg{}, fmt.Sprintf("a number up to %d, or a name in lower case", v.max)
}

// ipProto is a protocol over IP.
const ipProto = oneOf("tcp|udp|sctp|icmp|ipv6-icmp=icmpv6=58|esp|ah|gre|ipip|ipv6|igmp|ospf|vrrp|dccp|udplite|l2tp")

// etherType is a protocol over Ethernet, by name or number.
type etherType struct{}

func (v etherType) read(p *parser, name string) *Refusal { return p.scalar(v, name) }

func (etherType) canonical(p *parser, word string) (Arg, string) {
	return or{"802.1Q=802.1q|802.1ad=802.1AD|ip|ipv6|mpls_uc|mpls_mc|arp", mark{bits: 16}}.canonical(p, word)
}

// realms is REALM or FROM/TO.
type realms struct{}

func (v realms) read(p *parser, name string) *Refusal { return p.scalar(v, name) }

func (realms) canonical(_ *parser, word string) (Arg, string) {
	from, to, slash := strings.Cut(word, "/")
	for _, realm := range [...]string{from, to} {
		n, ok := decimal(realm)
		if !(ok && n <= max16) && !isConfigName(realm) && (slash || realm != "") {
			return Arg{}, "a realm, or two with a slash between"
		}
	}
	return Arg{Kind: Text, Value: word}, ""
}

// dsfield is the byte of TOS or traffic class, which ip reads as hex, with or
// without 0x. Code points by name are written as numbers, so that nothing
// depends on the machine's rt_dsfield.
type dsfield struct{}

func (v dsfield) read(p *parser, name string) *Refusal { return p.scalar(v, name) }

func (dsfield) canonical(p *parser, word string) (Arg, string) {
	if n, ok := codePoint(word); ok {
		return Arg{Kind: Mark, Value: fmt.Sprintf("0x%x", n)}, ""
	}
	a, want := hexNumber{8}.canonical(p, word)
	if want != "" {
		want = "a TOS byte in hex, or a code point like CS1, AF11 or EF"
	}
	return a, want
}

// hexNumber is a number that ip reads as hex, with or without 0x.
type hexNumber struct{ bits int }

func (v hexNumber) read(p *parser, name string) *Refusal { return p.scalar(v, name) }

func (v hexNumber) canonical(_ *parser, word string) (Arg, string) {
	hex := strings.TrimPrefix(word, "0x")
	n, err := strconv.ParseUint(hex, 16, v.bits)
	if !isHex(hex) || err != nil {
		return Arg{}, fmt.Sprintf("a hex number of %d bits", v.bits)
	}
	return Arg{Kind: Mark, Value: fmt.Sprintf("0x%x", n)}, ""
}

// codePoint knows the names of RFC 2474, 2597 and 3246.
func codePoint(name string) (uint64, bool) {
	inRange := func(c, top byte) bool { return c >= '1' && c <= top }
	switch {
	case name == "EF":
		return 0xb8, true
	case len(name) == 3 && name[:2] == "CS" && (inRange(name[2], '7') || name[2] == '0'):
		return uint64(name[2]-'0') << 5, true
	case len(name) == 4 && name[:2] == "AF" && inRange(name[2], '4') && inRange(name[3], '3'):
		return uint64(name[2]-'0')<<5 | uint64(name[3]-'0')<<3, true
	}
	return 0, false
}

// tunnelKey is a number, or its four bytes with dots.
type tunnelKey struct{}

func (v tunnelKey) read(p *parser, name string) *Refusal { return p.scalar(v, name) }

func (tunnelKey) canonical(p *parser, word string) (Arg, string) {
	if addr, ok := dotted(word); ok && strings.Count(word, ".") == 3 {
		return Arg{Kind: Text, Value: addr.String()}, ""
	}
	return number{}.canonical(p, word)
}
