package dryrun

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/chainsaw-cni/chainsaw/shared/judge"
	"github.com/chainsaw-cni/chainsaw/shared/merge"
	"github.com/chainsaw-cni/chainsaw/shared/rule"
	"github.com/chainsaw-cni/chainsaw/shared/strictjson"
	"github.com/chainsaw-cni/chainsaw/shared/token"
	"github.com/chainsaw-cni/chainsaw/shared/variant"
	"github.com/chainsaw-cni/chainsaw/shared/wish"
)

func rules(t *testing.T, text string) []rule.Rule {
	t.Helper()
	value, err := strictjson.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	decoded, err := rule.Decode(&value)
	if err != nil {
		t.Fatal(err)
	}
	return decoded
}

func one(j Judge, text string) Command {
	return j.All([]merge.Line{{Text: text, Origin: merge.Origin{Source: wish.PodAnnotation, Number: 1}}})[0]
}

func TestTokensWithoutAValueStandAsSuch(t *testing.T) {
	for text, want := range map[string]string{
		"ip l s CURRENT_INTERFACE mtu 1400":                           "ip link set dev CURRENT_INTERFACE mtu 1400",
		"route add 10.0.0.0/8 via CURRENT_GATEWAY4":                   "ip route add to 10.0.0.0/8 via CURRENT_GATEWAY4",
		"-6 route add 2001:db8::/32 via CURRENT_GATEWAY6":             "ip -6 route add to 2001:db8::/32 via CURRENT_GATEWAY6",
		"rule add from CURRENT_IPV4 to CURRENT_CIDR4 lookup 100":      "ip rule add from CURRENT_IPV4 to CURRENT_CIDR4 table 100",
		"-6 rule add from CURRENT_IPV6 to CURRENT_CIDR6 lookup 100":   "ip -6 rule add from CURRENT_IPV6 to CURRENT_CIDR6 table 100",
		"link set CURRENT_INTERFACE.100 address CURRENT_MAC":          "ip link set dev CURRENT_INTERFACE.100 address CURRENT_MAC",
		"rule add from CURRENT_IPV4/32 to 198.51.100.0/24 lookup 100": "ip rule add from CURRENT_IPV4/32 to 198.51.100.0/24 table 100",
	} {
		c := one(Judge{Bounds: judge.Judge{Variant: variant.Exec}}, text)
		if c.Runs != want || c.Verdict != Allowed {
			t.Errorf("%s: runs %q (%s %s), want %q", text, c.Runs, c.Verdict, c.Reason, want)
		}
	}
}

func TestKnownValuesAreFilledIn(t *testing.T) {
	j := Judge{
		Bounds: judge.Judge{Variant: variant.Exec},
		Known:  token.Values{Interface: "net1", IPv4: netip.MustParsePrefix("192.0.2.5/24")},
	}
	c := one(j, "rule add iif CURRENT_INTERFACE from CURRENT_CIDR4 to CURRENT_GATEWAY4 lookup 100")
	if want := "ip rule add iif net1 from 192.0.2.5/24 to CURRENT_GATEWAY4 table 100"; c.Runs != want {
		t.Errorf("runs %q, want %q", c.Runs, want)
	}
}

func TestVerdicts(t *testing.T) {
	const byAddress = `[{"allow": "rule add", "args": {"from": {"cidr": ["10.0.0.0/8"]}, "table": true}}]`
	const byToken = `[{"allow": "rule add", "args": {"from": {"cidr": ["CURRENT_CIDR4"]}, "table": true}}]`
	const byDevice = `[{"allow": "link set", "args": {"dev": {"in": ["net1"]}, "mtu": {"range": [1280, 1500]}}}]`
	inside, outside := token.Values{IPv4: netip.MustParsePrefix("10.1.2.3/24")}, token.Values{IPv4: netip.MustParsePrefix("192.0.2.5/24")}
	for _, test := range []struct {
		name, rules, text string
		known             token.Values
		want              Verdict
		on                string
	}{
		{"a literal that is allowed", byAddress, "rule add from 10.1.0.0/16 lookup 7", token.Values{}, Allowed, ""},
		{"a literal that is not", byAddress, "rule add from 11.1.0.0/16 lookup 7", token.Values{}, Refused, ""},
		{"a token that may be in the prefix", byAddress, "rule add from CURRENT_IPV4 lookup 7", token.Values{}, Depends, "CURRENT_IPV4"},
		{"a token that is", byAddress, "rule add from CURRENT_IPV4 lookup 7", inside, Allowed, ""},
		{"a token that is not", byAddress, "rule add from CURRENT_IPV4 lookup 7", outside, Refused, ""},
		{"a token that cannot be", byAddress, "-6 rule add from CURRENT_IPV6 lookup 7", token.Values{}, Refused, ""},
		{"a token that does not matter", byAddress, "rule add from CURRENT_IPV4 lookup 7 priority 5", inside, Refused, ""},
		{"a token in both", byToken, "rule add from CURRENT_IPV4 lookup 7", token.Values{}, Allowed, ""},
		{"a token in the rule alone", byToken, "rule add from 192.0.2.5 lookup 7", token.Values{}, Depends, "CURRENT_IPV4"},
		{"an unknown interface", byDevice, "link set CURRENT_INTERFACE mtu 1400", token.Values{}, Depends, "CURRENT_INTERFACE"},
		{"an unknown interface beside what is refused", byDevice, "link set CURRENT_INTERFACE mtu 9000", token.Values{}, Refused, ""},
		{"no such token", byDevice, "link set CURRENT_IFACE mtu 1400", token.Values{}, Refused, ""},
		{"a misspelt word beside an unknown interface", `[{"allow": "link set"}]`, "link set CURRENT_INTERFACE mtuu 1400", token.Values{}, Refused, ""},
		{"nothing that ip knows", byDevice, "link sett CURRENT_INTERFACE", token.Values{}, Refused, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := one(Judge{Bounds: judge.Judge{Variant: variant.Filter, Rules: rules(t, test.rules)}, Known: test.known}, test.text)
			if c.Verdict != test.want || strings.Join(c.DependsOn, " ") != test.on {
				t.Errorf("the verdict is %s on %v (%s), want %s on %q", c.Verdict, c.DependsOn, c.Reason, test.want, test.on)
			}
			if strings.Contains(c.Reason, "198.18.") || strings.Contains(c.Reason, standInInterface) {
				t.Errorf("the reason shows a stand-in: %s", c.Reason)
			}
		})
	}
}

func TestRefusalNamesItsWord(t *testing.T) {
	for text, want := range map[string]string{
		"  ip l s  eth0\tmtuu 1400": "mtuu",
		"ip link set eth0 mtu":      "", // at the end
		"ip netns list":             "netns",
		"foo":                       "foo",
	} {
		c := one(Judge{Bounds: judge.Judge{Variant: variant.Exec}}, text)
		if c.Word == nil || text[c.Word.Start:c.Word.End] != want || want == "" && c.Word.Start != len(text) {
			t.Errorf("%q: the word is %v, want %q", text, c.Word, want)
		}
	}
}

func TestKeysAreMasked(t *testing.T) {
	const key = "0x6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b"
	c := one(Judge{Bounds: judge.Judge{Variant: variant.Exec}}, "xfrm state add src 192.0.2.1 dst 192.0.2.2 proto esp spi 5 enc cbc(aes) "+key)
	if c.Verdict != Allowed {
		t.Fatal(c.Reason)
	}
	for _, text := range []string{c.Text, c.Runs} {
		if strings.Contains(text, key) {
			t.Errorf("a key is shown: %s", text)
		}
	}
	for _, arg := range c.Arguments {
		if arg.Value == key {
			t.Errorf("a key is shown: %v", arg)
		}
	}
}
