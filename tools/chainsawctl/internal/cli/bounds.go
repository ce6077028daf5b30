package cli

import (
	"fmt"
	"net"
	"net/netip"
	"os"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/chainsaw-cni/chainsaw/shared/ipcmd"
	"github.com/chainsaw-cni/chainsaw/shared/nodepolicy"
	"github.com/chainsaw-cni/chainsaw/shared/token"
)

// valueFlags are the flags that give tokens their values.
type valueFlags struct {
	iface         string
	mac           string
	ips, gateways []string
}

func (v *valueFlags) add(flags *pflag.FlagSet, iface string) {
	flags.StringVar(&v.iface, "interface", "", iface)
	flags.StringSliceVar(&v.ips, "ip", nil, "address with prefix length that CURRENT_IPV4, CURRENT_CIDR4 (or 6) stand for, such as 192.0.2.5/24")
	flags.StringSliceVar(&v.gateways, "gateway", nil, "address that CURRENT_GATEWAY4 (or 6) stands for")
	flags.StringVar(&v.mac, "mac", "", "address that CURRENT_MAC stands for")
}

// values are checked here, where the flag can be named.
func (v *valueFlags) values() (token.Values, error) {
	known := token.Values{Interface: v.iface, MAC: v.mac}
	if v.iface != "" {
		if err := ipcmd.CheckNewName(v.iface); err != nil {
			return known, fmt.Errorf("--interface: %w", err)
		}
	}
	if v.mac != "" {
		if _, err := net.ParseMAC(v.mac); err != nil {
			return known, fmt.Errorf("--mac %q is no MAC: write such as 02:00:00:00:00:01", v.mac)
		}
	}
	for _, text := range v.ips {
		prefix, err := netip.ParsePrefix(text)
		if err != nil {
			return known, fmt.Errorf("--ip %q is no address with a prefix length: write such as 192.0.2.5/24", text)
		}
		*ofFamily(prefix.Addr(), &known.IPv4, &known.IPv6) = prefix
	}
	for _, text := range v.gateways {
		addr, err := netip.ParseAddr(text)
		if err != nil {
			return known, fmt.Errorf("--gateway %q is no address: write such as 192.0.2.1", text)
		}
		*ofFamily(addr, &known.Gateway4, &known.Gateway6) = addr
	}
	return known, nil
}

func ofFamily[T any](addr netip.Addr, v4, v6 *T) *T {
	if addr.Is4() {
		return v4
	}
	return v6
}

// readPolicy reads the node policy that --policy names. It need not be root's:
// it binds nothing here.
func readPolicy(path string) (*nodepolicy.Policy, error) {
	if path == "" {
		return nil, nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return nodepolicy.DecodeFile(path, text)
}

// oneOf checks the value of a flag.
func oneOf(flag, value string, allowed ...string) error {
	if slices.Contains(allowed, value) {
		return nil
	}
	return fmt.Errorf("--%s may be %s, not %q", flag, strings.Join(allowed, ", "), value)
}
