package ipcmd

import (
	"net/netip"
	"slices"
	"strings"
	"testing"
)

func mustParse(t *testing.T, line string) Command {
	t.Helper()
	c, err := Parse(strings.Fields(line))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestArgv(t *testing.T) {
	c := mustParse(t, "ip -6 x s a src fd00::1 dst fd00::2 proto esp spi 1 auth hmac(sha1) 0xaa")
	want := strings.Fields("-6 xfrm state add src fd00::1 dst fd00::2 proto esp spi 0x1 auth hmac(sha1) 0xaa")
	if got := c.Argv(); !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestRedactedHidesKeys(t *testing.T) {
	for line, secret := range map[string]string{
		"ip xfrm state add src 1.1.1.1 dst 2.2.2.2 proto esp spi 1 enc cbc(aes) 0x5ec7e7":         "5ec7e7",
		"ip xfrm state add src 1.1.1.1 dst 2.2.2.2 proto esp spi 1 aead rfc4106(gcm(aes)) se 128": " se ",
		"ip macsec add ms0 tx sa 0 pn 1 on key 00 5ec7e7":                                         "5ec7e7",
		"ip macsec add ms0 tx sa 0 salt 5ec7e7 key 00 11":                                         "5ec7e7",
	} {
		c := mustParse(t, line)
		if !strings.Contains(c.String(), secret) {
			t.Errorf("%s lost its key", c)
		}
		if got := c.Redacted(); strings.Contains(got, secret) || !strings.Contains(got, "***") {
			t.Errorf("Redacted shows a key: %s", got)
		}
		if !strings.Contains(c.String(), secret) {
			t.Errorf("Redacted changed the command: %s", c)
		}
	}
}

func TestLookingForArguments(t *testing.T) {
	c := mustParse(t, "ip r add 10/8 nexthop via 1.1.1.1 dev a nexthop via 2.2.2.2 dev b")
	if got := slices.Collect(c.All("via")); !slices.Equal(got, []string{"1.1.1.1", "2.2.2.2"}) {
		t.Errorf("All(via) = %q", got)
	}
	if v, ok := c.Value("dev"); v != "a" || !ok {
		t.Errorf("Value(dev) = %q, %v", v, ok)
	}
	if !c.Has("nexthop") || c.Has("mtu") {
		t.Error("Has is wrong about nexthop or mtu")
	}
}

func TestPrefix(t *testing.T) {
	for _, tt := range []struct{ line, name, want string }{
		{"ip r add 10/8 dev a", "to", "10.0.0.0/8"},
		{"ip r add 10.0.0.1 dev a", "to", "10.0.0.1/32"},
		{"ip r add fd00::1 dev a", "to", "fd00::1/128"},
		{"ip r add default dev a", "to", "0.0.0.0/0"},
		{"ip -6 r add default dev a", "to", "::/0"},
		{"ip r add default via fe80::1 dev a", "to", "::/0"},
		{"ip r add default via inet6 fe80::1 dev a", "to", "::/0"},
		{"ip r add default via inet6 fe80::1 dev a", "via inet6", "fe80::1/128"},
		{"ip -6 rule add from all table 5", "from", "::/0"},
		{"ip rule add from all table 5", "from", "0.0.0.0/0"},
		{"ip a add 10.0.0.1/24 dev a", "local", "10.0.0.1/24"},
		{"ip a add 10.0.0.1/24 brd 10.0.0.255 dev a", "broadcast", "10.0.0.255/32"},
		{"ip a add 10.0.0.1/24 brd + dev a", "broadcast", ""},
		{"ip link set v0 mtu 5", "mtu", ""},
	} {
		c := mustParse(t, tt.line)
		i := slices.IndexFunc(c.Args, argNamed(tt.name))
		p, ok := c.Args[i].Prefix()
		if ok != (tt.want != "") || ok && p != netip.MustParsePrefix(tt.want) {
			t.Errorf("%s: %s is %v, %v; want %q", tt.line, tt.name, p, ok, tt.want)
		}
	}
}

func TestNumber(t *testing.T) {
	for _, tt := range []struct {
		line, name string
		want       uint64
		ok         bool
	}{
		{"ip link set v0 mtu 1400", "mtu", 1400, true},
		{"ip route add 10/8 mtu lock 1400", "mtu lock", 1400, true},
		{"ip route add 10/8 table main", "table", 254, true},
		{"ip route add 10/8 table 100", "table", 100, true},
		{"ip route add 10/8 table mgmt", "table", 0, false},
		{"ip rule add fwmark 0x10 table 5", "fwmark", 16, true},
		{"ip rule add fwmark 0x10/0xff table 5", "fwmark", 0, false},
		{"ip rule add tos 10 table 5", "tos", 16, true},
		{"ip addr add 10.0.0.1/8 dev a valid_lft forever", "valid_lft", 0, false},
	} {
		c := mustParse(t, tt.line)
		i := slices.IndexFunc(c.Args, argNamed(tt.name))
		if n, ok := c.Args[i].Number(); n != tt.want || ok != tt.ok {
			t.Errorf("%s: %s is %d, %v; want %d, %v", tt.line, tt.name, n, ok, tt.want, tt.ok)
		}
	}
}

func TestKinds(t *testing.T) {
	for _, tt := range []struct {
		line, name string
		want       Kind
	}{
		{"ip link set v0 up", "dev", Device},
		{"ip link set v0 up", "up", Flag},
		{"ip link set v0 name x", "name", NewName},
		{"ip link set name v0 up", "dev", Device},
		{"ip link add v0 type dummy", "name", NewName},
		{"ip link add link e0 name v0 type macvlan", "link", Device},
		{"ip link add v0 type veth peer v1", "peer", Flag},
		{"ip link set v0 vrf red", "vrf", Device},
		{"ip link property add v0 altname x", "altname", NewName},
		{"ip maddr add 33:33:00:00:00:01 dev v0", "dev", Device},
		{"ip maddr add 33:33:00:00:00:01 dev v0", "address", MAC},
		{"ip tunnel add t0 mode gre dev e0", "name", NewName},
		{"ip tunnel add t0 mode gre dev e0", "dev", Device},
		{"ip tunnel del t0", "name", Device},
		{"ip route add 10/8 table 5", "table", Table},
		{"ip route add 10/8 proto static", "protocol", Word},
		{"ip macsec add ms0 tx sa 0", "dev", Device},
		{"ip addr add 10.0.0.1/8 dev v0", "local", Prefix},
		{"ip neigh add 10.0.0.1 dev v0", "to", Address},
		{"ip link set v0 alias x", "alias", Text},
		{"ip rule add fwmark 1 table 5", "fwmark", Mark},
	} {
		c := mustParse(t, tt.line)
		if i := slices.IndexFunc(c.Args, argNamed(tt.name)); i < 0 || c.Args[i].Kind != tt.want {
			t.Errorf("%s: %s is not a %v: %+v", tt.line, tt.name, tt.want, c.Args)
		}
	}
}

func TestDeviceNames(t *testing.T) {
	for _, name := range []string{"eth0", "eth0.100", "br-lan", "a_b", "ifb0", "if", "wg+1", "0", "v0~"} {
		if err := CheckDevice(name); err != nil {
			t.Error(err)
		}
		if err := CheckNewName(name); err != nil {
			t.Error(err)
		}
	}
	for _, name := range []string{"dev", "up", "netns", "link", "set", "to", "default", "lo", "veth%d"} {
		if CheckDevice(name) != nil || CheckNewName(name) == nil {
			t.Errorf("%q may not be a new name, but may exist", name)
		}
	}
	for _, name := range []string{"", ".", "..", "-b", "if1", "a b", "a/b", "a\nb", "a@b", "a\x1b", "abcdefghijklmnop"} {
		if CheckDevice(name) == nil || CheckNewName(name) == nil {
			t.Errorf("%q passes as a device", name)
		}
	}
}
