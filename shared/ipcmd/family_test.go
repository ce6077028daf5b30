package ipcmd

import (
	"strings"
	"testing"
)

// What the kernel got of each line was looked at with iproute2 6.1.
func TestDefaultIsOfTheFamilyThatIPTakesIt(t *testing.T) {
	for _, tt := range []struct{ line, want string }{
		{"route add default dev v0", "0.0.0.0/0"},
		{"-6 route add default dev v0", "::/0"},
		{"route add default via 192.0.2.1", "0.0.0.0/0"},
		{"route add default via fe80::1 dev v0", "::/0"},
		{"route add default via inet6 fe80::1 dev v0", "::/0"},
		{"-4 route add default via inet6 fe80::1 dev v0", "0.0.0.0/0"},
		{"route add default nexthop via inet6 fe80::1 dev v0", "::/0"},
		{"route add default encap ip6 id 1 dst 2001:db8::1 dev v0", "0.0.0.0/0"},
		{"route add default encap ip id 1 dst 192.0.2.1 via 2001:db8::1", "::/0"},
		{"route add default encap mpls 16 via 192.0.2.1", "0.0.0.0/0"},
		{"rule add from all to 2001:db8::1 table 5", "::/0"},
	} {
		c, err := Parse(strings.Fields(tt.line))
		if err != nil {
			t.Errorf("%s: %v", tt.line, err)
			continue
		}
		for _, a := range c.Args {
			if p, ok := a.Prefix(); ok && anyAddress(a.Value) && p.String() != tt.want {
				t.Errorf("%s: %s is %s, want %s", tt.line, a.Name, p, tt.want)
			}
		}
	}
}
