package ipcmd

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

// family is what the options -4, -6, -0, -B and -M make of every address.
type family string

const (
	inet   family = "-4"
	inet6  family = "-6"
	packet family = "-0"
	bridge family = "-B"
	mpls   family = "-M"
)

// prefix is an address with or without a length: 10.0.0.0/8, default.
type prefix struct{ only family }

// host is an address without a length.
type host struct{ only family }

func (v prefix) read(p *parser, name string) *Refusal { return p.scalar(v, name) }
func (v host) read(p *parser, name string) *Refusal   { return p.scalar(v, name) }

func (v prefix) canonical(p *parser, word string) (Arg, string) {
	if p.family == mpls && v.only == "" {
		return labels(word)
	}
	where, length, slash := strings.Cut(word, "/")
	a, want := host(v).canonical(p, where)
	a.Kind = Prefix
	if want != "" || !slash {
		return a, want
	}
	addr, err := netip.ParseAddr(a.Value)
	if err != nil { // "default/8"
		return Arg{}, "an address with a prefix length"
	}
	bits, ok := prefixLength(length, addr.BitLen())
	if !ok {
		return Arg{}, fmt.Sprintf("an address with a prefix length from 0 to %d", addr.BitLen())
	}
	a.Value += "/" + strconv.Itoa(bits)
	return a, ""
}

// prefixLength reads 24 and, as ip does, 255.255.255.0.
func prefixLength(word string, limit int) (int, bool) {
	if n, ok := decimal(word); ok && n <= uint64(limit) {
		return int(n), true
	}
	mask, ok := dotted(word)
	if !ok || strings.Count(word, ".") != 3 || limit != 32 {
		return 0, false
	}
	bits := 0
	ones := true
	for _, b := range mask.As4() {
		for i := 7; i >= 0; i-- {
			set := b>>i&1 == 1
			if set && !ones {
				return 0, false
			}
			if ones = set; ones {
				bits++
			}
		}
	}
	return bits, true
}

func (v host) canonical(p *parser, word string) (Arg, string) {
	if p.family == mpls && v.only == "" {
		return labels(word)
	}
	if anyAddress(word) {
		return Arg{Kind: Address, Value: word}, ""
	}
	addr, want := readAddress(word)
	if want != "" {
		return Arg{}, want
	}
	if asked := v.family(p); asked != "" && asked != familyOf(addr) {
		return Arg{}, asked.wants()
	}
	return Arg{Kind: Address, Value: addr.String()}, ""
}

// family returns the only one that fits; "" is both.
func (v host) family(p *parser) family {
	if v.only != "" {
		return v.only
	}
	return p.family
}

func (f family) wants() string {
	switch f {
	case inet:
		return "an IPv4 address"
	case inet6:
		return "an IPv6 address"
	}
	return "allowed with the option " + string(f)
}

func familyOf(addr netip.Addr) family {
	if addr.Is4() {
		return inet
	}
	return inet6
}

// anyAddress finds the words that ip takes in place of every address.
func anyAddress(word string) bool {
	return word == "default" || word == "any" || word == "all"
}

func readAddress(word string) (netip.Addr, string) {
	if !strings.Contains(word, ":") {
		addr, ok := dotted(word)
		if !ok {
			return addr, "an address (four decimal numbers without leading zeros, or IPv6)"
		}
		return addr, ""
	}
	if strings.Contains(word, "%") {
		return netip.Addr{}, "an address that ip takes: leave out the zone and say dev"
	}
	addr, err := netip.ParseAddr(word)
	if err != nil {
		return addr, "an IPv6 address"
	}
	return addr, ""
}

// dotted reads up to four decimal numbers. ip puts zeros for those that are
// missing at the end: 10.1 is 10.1.0.0, and not 10.0.0.1 as elsewhere.
func dotted(word string) (netip.Addr, bool) {
	var octets [4]byte
	i := 0
	for part := range strings.SplitSeq(word, ".") {
		n, ok := decimal(part)
		if !ok || n > max8 || i == len(octets) {
			return netip.Addr{}, false
		}
		octets[i] = byte(n)
		i++
	}
	return netip.AddrFrom4(octets), true
}

// labels are MPLS labels, with slashes between them.
func labels(word string) (Arg, string) {
	for label := range strings.SplitSeq(word, "/") {
		if n, ok := decimal(label); !ok || n >= 1<<20 {
			return Arg{}, "an MPLS label, or several with slashes between"
		}
	}
	return Arg{Kind: Text, Value: word}, ""
}

// labelStack is for keywords that always take labels.
type labelStack struct{}

func (v labelStack) read(p *parser, name string) *Refusal { return p.scalar(v, name) }

func (labelStack) canonical(_ *parser, word string) (Arg, string) { return labels(word) }

// settleFamily decides whether "default" means IPv4 or IPv6. ip does so by the
// option, else by the first address of the command that tells.
func (p *parser) settleFamily() {
	six := p.family == inet6
	if p.family == "" {
		for _, a := range p.cmd.Args {
			if (a.Kind == Address || a.Kind == Prefix) && !a.inner && !anyAddress(a.Value) {
				six = strings.Contains(a.Value, ":")
				break
			}
		}
	}
	for i := range p.cmd.Args {
		a := &p.cmd.Args[i]
		a.inet6 = six && (a.Kind == Address || a.Kind == Prefix) && anyAddress(a.Value)
	}
}

// gateway is an address, perhaps of another family than the route's, which
// has to be said: "via inet6 fe80::1".
type gateway struct{}

const (
	viaInet  = "via inet"
	viaInet6 = "via inet6"
)

func (gateway) read(p *parser, name string) *Refusal {
	if p.more() {
		switch p.word() {
		case "inet":
			p.pos++
			return p.scalar(host{inet}, viaInet)
		case "inet6":
			p.pos++
			return p.scalar(host{inet6}, viaInet6)
		}
	}
	return p.scalar(host{}, name)
}

// linkAddress is the address of a device: a MAC for most, an IP address for
// tunnels.
type linkAddress struct{}

func (v linkAddress) read(p *parser, name string) *Refusal { return p.scalar(v, name) }

func (linkAddress) canonical(_ *parser, word string) (Arg, string) {
	if strings.Contains(word, ".") {
		if addr, ok := dotted(word); ok && strings.Count(word, ".") == 3 {
			return Arg{Kind: Address, Value: addr.String()}, ""
		}
	}
	octets := strings.Split(word, ":")
	if n := len(octets); n != 6 && n != 8 && n != 16 && n != 20 {
		return Arg{}, "a MAC address like 02:00:00:00:00:01"
	}
	for i, octet := range octets {
		if !isHex(octet) || len(octet) > 2 {
			return Arg{}, "a MAC address like 02:00:00:00:00:01"
		}
		octets[i] = strings.ToLower("0"[len(octet)-1:] + octet)
	}
	return Arg{Kind: MAC, Value: strings.Join(octets, ":")}, ""
}
