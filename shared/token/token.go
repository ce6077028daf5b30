// Package token replaces the CURRENT_ words in commands and rules by what they
// stand for at this attachment.
//
// A value is checked as what it is before it may stand in a command, because
// prevResult and CNI_IFNAME come from others: an interface that is called
// "netns" would be read as a keyword. Whether the interface exists is the
// plugin's to check, in the netns.
package token

import (
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"

	types100 "github.com/containernetworking/cni/pkg/types/100"

	"github.com/chainsaw-cni/chainsaw/shared/ipcmd"
)

// The tokens. Of several addresses of a family the first one counts.
const (
	Interface = "CURRENT_INTERFACE"
	MAC       = "CURRENT_MAC"
	IPv4      = "CURRENT_IPV4"
	IPv6      = "CURRENT_IPV6"
	CIDR4     = "CURRENT_CIDR4"
	CIDR6     = "CURRENT_CIDR6"
	Gateway4  = "CURRENT_GATEWAY4"
	Gateway6  = "CURRENT_GATEWAY6"
)

// Names lists the tokens in the order of the documentation.
var Names = []string{Interface, MAC, IPv4, IPv6, CIDR4, CIDR6, Gateway4, Gateway6}

const prefix = "CURRENT_"

// Values are the tokens' values at one attachment; "" where there is none.
type Values struct {
	Interface          string
	MAC                string
	IPv4, IPv6         netip.Prefix
	Gateway4, Gateway6 netip.Addr
}

// FromResult takes the values from CNI_IFNAME and prevResult.
func FromResult(ifname string, prev *types100.Result) Values {
	v := Values{Interface: ifname}
	for _, i := range prev.Interfaces {
		if i != nil && i.Name == ifname && i.Sandbox != "" && v.MAC == "" {
			v.MAC = i.Mac
		}
	}
	for _, ip := range prev.IPs {
		if ip != nil && belongs(ip, ifname, prev.Interfaces) {
			v.add(ip)
		}
	}
	return v
}

// belongs tells whether an address is this attachment's: results before 0.3.0
// and lazy plugins do not say.
func belongs(ip *types100.IPConfig, ifname string, interfaces []*types100.Interface) bool {
	if ip.Interface == nil || *ip.Interface < 0 || *ip.Interface >= len(interfaces) {
		return true
	}
	i := interfaces[*ip.Interface]
	return i == nil || i.Name == ifname
}

func (v *Values) add(ip *types100.IPConfig) {
	address, gateway := &v.IPv4, &v.Gateway4
	if ip.Address.IP.To4() == nil {
		address, gateway = &v.IPv6, &v.Gateway6
	}
	if !address.IsValid() {
		*address, _ = netip.ParsePrefix(ip.Address.String())
	}
	g, _ := netip.AddrFromSlice(ip.Gateway)
	if g = g.Unmap(); !gateway.IsValid() && g.Is4() == (address == &v.IPv4) { // not RFC 5549's
		*gateway = g
	}
}

// Expand replaces the tokens in a word, once: a value is not searched again.
func (v Values) Expand(word string) (string, error) {
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(word, prefix)
		out.WriteString(before)
		if !found {
			return out.String(), nil
		}
		name := prefix + rest[:nameLength(rest)]
		value, err := v.value(name)
		if err != nil {
			return "", err
		}
		out.WriteString(value)
		word = rest[nameLength(rest):]
	}
}

// Check finds a word in text that looks like a token and is none.
func Check(text string) error {
	for {
		_, rest, found := strings.Cut(text, prefix)
		if !found {
			return nil
		}
		name := prefix + rest[:nameLength(rest)]
		if !slices.Contains(Names, name) {
			return unknown(name)
		}
		text = rest
	}
}

func unknown(name string) error {
	return fmt.Errorf("there is no token %s; the tokens are %s", name, strings.Join(Names, ", "))
}

// ExpandAll is Expand for every word of a command.
func (v Values) ExpandAll(words []string) ([]string, error) {
	expanded := make([]string, len(words))
	for i, word := range words {
		var err error
		if expanded[i], err = v.Expand(word); err != nil {
			return nil, err
		}
	}
	return expanded, nil
}

// nameLength is how far a token's name reaches: "CURRENT_INTERFACE.100" ends
// at the dot.
func nameLength(s string) int {
	end := strings.IndexFunc(s, func(r rune) bool {
		return (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '_'
	})
	if end < 0 {
		return len(s)
	}
	return end
}

func (v Values) value(name string) (string, error) {
	switch name {
	case Interface:
		if err := ipcmd.CheckNewName(v.Interface); err != nil {
			return "", fmt.Errorf("the token %s cannot be used: %w", name, err)
		}
		return v.Interface, nil
	case MAC:
		mac, err := net.ParseMAC(v.MAC)
		if err != nil {
			return "", missing(name, "MAC of it")
		}
		return mac.String(), nil
	case IPv4:
		return address(name, v.IPv4)
	case IPv6:
		return address(name, v.IPv6)
	case CIDR4:
		return cidr(name, v.IPv4)
	case CIDR6:
		return cidr(name, v.IPv6)
	case Gateway4:
		return gateway(name, v.Gateway4)
	case Gateway6:
		return gateway(name, v.Gateway6)
	}
	return "", unknown(name)
}

func address(name string, p netip.Prefix) (string, error) {
	if !p.IsValid() {
		return "", missing(name, "address of that family")
	}
	return p.Addr().String(), nil
}

func cidr(name string, p netip.Prefix) (string, error) {
	if !p.IsValid() {
		return "", missing(name, "address of that family")
	}
	return p.String(), nil
}

func gateway(name string, a netip.Addr) (string, error) {
	if !a.IsValid() {
		return "", missing(name, "gateway of that family")
	}
	return a.String(), nil
}

func missing(name, what string) error {
	return fmt.Errorf("the token %s has no value here: the previous plugin's result names no %s", name, what)
}
