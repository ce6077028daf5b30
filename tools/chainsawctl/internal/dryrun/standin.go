package dryrun

import (
	"net"
	"net/netip"
	"strings"

	"github.com/chainsaw-cni/chainsaw/shared/ipcmd"
	"github.com/chainsaw-cni/chainsaw/shared/token"
)

// field is a part of [token.Values] with the tokens that it gives a value to.
type field struct {
	tokens  []string
	known   func(token.Values) bool
	standIn func(*token.Values)
	// take sets the part to a text, and tells whether the text is such a value.
	take func(v *token.Values, text string) bool
}

// The stand-ins are values that nobody has: an address of the networks for
// benchmarks or for documentation, with a prefix of an odd length.
var (
	standInMAC  = "02:00:5e:c5:a1:01"
	standInIPv4 = netip.MustParsePrefix("198.18.217.131/21")
	standInIPv6 = netip.MustParsePrefix("2001:db8:5ca1:ab1e::d/61")
	standInGW4  = netip.MustParseAddr("198.18.217.254")
	standInGW6  = netip.MustParseAddr("2001:db8:5ca1:ab1e::fe")
)

const standInInterface = "current-if"

var fields = []field{
	{
		tokens:  []string{token.Interface},
		known:   func(v token.Values) bool { return v.Interface != "" },
		standIn: func(v *token.Values) { v.Interface = standInInterface },
		take: func(v *token.Values, text string) bool {
			v.Interface = text
			return ipcmd.CheckNewName(text) == nil
		},
	},
	{
		tokens:  []string{token.MAC},
		known:   func(v token.Values) bool { return v.MAC != "" },
		standIn: func(v *token.Values) { v.MAC = standInMAC },
		take: func(v *token.Values, text string) bool {
			v.MAC = text
			_, err := net.ParseMAC(text)
			return err == nil
		},
	},
	{
		tokens:  []string{token.IPv4, token.CIDR4},
		known:   func(v token.Values) bool { return v.IPv4.IsValid() },
		standIn: func(v *token.Values) { v.IPv4 = standInIPv4 },
		take:    func(v *token.Values, text string) bool { return takePrefix(&v.IPv4, text, netip.Addr.Is4) },
	},
	{
		tokens:  []string{token.IPv6, token.CIDR6},
		known:   func(v token.Values) bool { return v.IPv6.IsValid() },
		standIn: func(v *token.Values) { v.IPv6 = standInIPv6 },
		take:    func(v *token.Values, text string) bool { return takePrefix(&v.IPv6, text, netip.Addr.Is6) },
	},
	{
		tokens:  []string{token.Gateway4},
		known:   func(v token.Values) bool { return v.Gateway4.IsValid() },
		standIn: func(v *token.Values) { v.Gateway4 = standInGW4 },
		take:    func(v *token.Values, text string) bool { return takeAddr(&v.Gateway4, text, netip.Addr.Is4) },
	},
	{
		tokens:  []string{token.Gateway6},
		known:   func(v token.Values) bool { return v.Gateway6.IsValid() },
		standIn: func(v *token.Values) { v.Gateway6 = standInGW6 },
		take:    func(v *token.Values, text string) bool { return takeAddr(&v.Gateway6, text, netip.Addr.Is6) },
	},
}

func takePrefix(to *netip.Prefix, text string, ofFamily func(netip.Addr) bool) bool {
	prefix, err := netip.ParsePrefix(text)
	if addr, isAddr := netip.ParseAddr(text); isAddr == nil {
		prefix, err = addr.Prefix(addr.BitLen())
	}
	*to = prefix
	return err == nil && ofFamily(prefix.Addr())
}

func takeAddr(to *netip.Addr, text string, ofFamily func(netip.Addr) bool) bool {
	host, _, _ := strings.Cut(text, "/")
	addr, err := netip.ParseAddr(host)
	*to = addr
	return err == nil && ofFamily(addr)
}

// withTokens puts the tokens back in place of their stand-ins.
var withTokens = strings.NewReplacer(
	// Where one begins with another, the longer one comes first.
	standInIPv4.String(), token.CIDR4,
	standInIPv6.String(), token.CIDR6,
	standInIPv4.Addr().String(), token.IPv4,
	standInIPv6.Addr().String(), token.IPv6,
	standInGW4.String(), token.Gateway4,
	standInGW6.String(), token.Gateway6,
	standInMAC, token.MAC,
	standInInterface, token.Interface,
).Replace
