package rule

import (
	"strings"
	"testing"

	"github.com/chainsaw-cni/chainsaw/shared/ipcmd"
	"github.com/chainsaw-cni/chainsaw/shared/strictjson"
)

// documented are the rules of the documentation, and one for what is hard.
const documented = `[
  {"allow": "read"},
  {"allow": "route add|replace|del",
   "args": {"to": {"cidr": ["10.0.0.0/8"]}, "via": {"cidr": ["192.0.2.0/24"]}, "dev": {"in": ["CURRENT_INTERFACE"]}}},
  {"allow": "link set",
   "args": {"dev": {"in": ["CURRENT_INTERFACE"]}, "mtu": {"range": [1280, 9000]}, "up": true}},
  {"allow": "rule add",
   "args": {"from": {"cidr": ["CURRENT_CIDR4"]}, "table": {"in": ["100", "200"]}, "priority": true},
   "require": ["from"]}
]`

// tokens stands for the attachment net1.
type tokens struct{}

func (tokens) Expand(word string) (string, error) {
	return strings.NewReplacer("CURRENT_INTERFACE", "net1", "CURRENT_CIDR4", "192.0.2.7/24").Replace(word), nil
}

func TestMatch(t *testing.T) {
	rules := decode(t, documented)
	for _, test := range []struct {
		line string
		want string // a part of the error, or the rule that allows
	}{
		{"ip route", "rule #1"},
		{"ip -j -d addr show dev eth0", "rule #1"},
		{"ip route add 10.1.0.0/16 via 192.0.2.1 dev net1", "rule #2"},
		{"ip ro a to 10.1.0.0/16 dev net1", "rule #2"},
		{"ip route del 10.1.2.3", "rule #2"},
		{"ip l s net1 mtu 1400 up", "rule #3"},
		{"ip rule add from 192.0.2.9 lookup 100", "rule #4"},

		{"ip route add 11.0.0.0/8 dev net1", `"to" may be within 10.0.0.0/8, and it is "11.0.0.0/8"`},
		{"ip route add 10.0.0.0/7 dev net1", `"to" may be within 10.0.0.0/8`},
		{"ip route add default via 192.0.2.1", `"to" may be within 10.0.0.0/8`},
		{"ip route add dev net1", `"to" may be within 10.0.0.0/8, and it is left out, which means "default"`},
		{"ip route del via 192.0.2.1", `"to" may be within 10.0.0.0/8, and it is left out`},
		{"ip route add 10.1.0.0/16 dev eth0", `"dev" may be CURRENT_INTERFACE, and it is "eth0"`},
		{"ip route add 10.1.0.0/16 table 7 dev net1", `does not name the argument "table"; it names to, via, dev`},
		{"ip route add 10.1.0.0/16 nexthop via 8.8.8.8 dev net1", `does not name the argument "nexthop"`},
		{"ip route add 10.1.0.0/16 via 192.0.2.1 nexthop via 8.8.8.8", "does not name"},
		{"ip -4 route add 10.1.0.0/16 dev net1", "does not name the option -4"},
		{"ip route append 10.1.0.0/16 dev net1", "no rule is about `ip route append`; the rules allow: read; route add|replace|del"},
		{"ip link set net1 down", `does not name the argument "down"`},
		{"ip link set net1 mtu 68", `"mtu" may be from 1280 to 9000, and it is "68"`},
		{"ip rule add lookup 100", `it requires "from"`},
		{"ip rule add from 192.0.3.9 lookup 100", `"from" may be within CURRENT_CIDR4`},
	} {
		t.Run(test.line, func(t *testing.T) {
			number, err := Match(rules, parse(t, test.line), tokens{})
			got := "rule #" + string(rune('1'+number))
			if err != nil {
				got = err.Error()
			}
			if !strings.Contains(got, test.want) || strings.HasPrefix(test.want, "rule #") && err != nil {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestMatchJudgesWhatIsLeftOut(t *testing.T) {
	for _, test := range []struct {
		rule, line string
		allowed    bool
	}{
		{`{"allow": "route add", "args": {"dev": true}}`, "ip route add dev net1", false},
		{`{"allow": "route add", "args": {"dev": true, "to": true}}`, "ip route add dev net1", true},
		{`{"allow": "route add", "args": {"dev": true, "to": {"in": ["default"]}}}`, "ip route add dev net1", true},
		{`{"allow": "route add", "args": {"via": true, "to": {"cidr": ["::/0"]}}}`, "ip route add via 2001:db8::1", true},
		{`{"allow": "route add", "args": {"via": true, "to": {"cidr": ["0.0.0.0/0"]}}}`, "ip route add via 192.0.2.1", true},
		{`{"allow": "route add", "args": {"via": true, "to": {"cidr": ["0.0.0.0/0"]}}}`, "ip route add via 2001:db8::1", false},

		{`{"allow": "route add", "args": {"to": true, "dev": true}}`, "ip route add 10.0.0.0/8 dev net1", true},
		{`{"allow": "route add", "args": {"to": true, "dev": true, "table": {"in": ["100"]}}}`, "ip route add 10.0.0.0/8 dev net1", false},
		{`{"allow": "route add", "args": {"to": true, "dev": true, "table": {"range": [1, 300]}}}`, "ip route add 10.0.0.0/8 dev net1", true},
		{`{"allow": "route flush", "args": {"table": {"in": ["100"]}, "dev": true}}`, "ip route flush dev net1", false},
		{`{"allow": "route show", "args": {"dev": true}}`, "ip route show dev net1", true},
	} {
		_, err := Match(decode(t, "["+test.rule+"]"), parse(t, test.line), tokens{})
		if (err == nil) != test.allowed {
			t.Errorf("%s on %s: %v", test.rule, test.line, err)
		}
	}
}

func TestMatchQuotesNoSecret(t *testing.T) {
	rules := decode(t, `[{"allow": "macsec set", "args": {"dev": true, "tx": true, "sa": true, "key": {"in": ["01"]}}}]`)
	_, err := Match(rules, parse(t, "ip macsec set m0 tx sa 0 key 01 00112233445566778899aabbccddeeff"), tokens{})
	if err == nil || strings.Contains(err.Error(), "00112233") {
		t.Errorf("the error is %v", err)
	}
}

func TestMatchWithoutRulesAllowsNothing(t *testing.T) {
	if _, err := Match(nil, parse(t, "ip route"), tokens{}); err == nil {
		t.Error("a read was allowed by no rule")
	}
}

func TestDecodeRefuses(t *testing.T) {
	for _, test := range []struct{ name, rules, want string }{
		{"no list", `{}`, `"rules" must be a list`},
		{"no object", `["read"]`, "rule #1 must be an object"},
		{"no allow", `[{"args": {}}]`, `rule #1 has no "allow"`},
		{"a deny rule", `[{"deny": "route add"}]`, `the key "deny" is unknown here`},
		{"a key that differs by case", `[{"Allow": "read"}]`, `"Allow" is unknown`},
		{"an object without actions", `[{"allow": "route"}]`, `"route" is no object with actions`},
		{"an unknown object", `[{"allow": "rout3 add"}]`, `no object "rout3"; did you mean "route"?`},
		{"an unknown action", `[{"allow": "route add|delte"}]`, `no action "delte"; did you mean "delete"?`},
		{"an abbreviated object", `[{"allow": "ro add"}]`, `write "route"`},
		{"an abbreviated action", `[{"allow": "link s"}]`, `write "set"`},
		{"an action of no letters", `[{"allow": "route add|"}]`, `no action ""`},
		{"two spaces", `[{"allow": "route  add"}]`, `is no object with actions`},
		{"the netns object", `[{"allow": "netns exec"}]`, "no object"},
		{"a misspelt argument", `[{"allow": "route add", "args": {"vai": true}}]`, "has no argument or option \"vai\"; did you mean \"via\"?"},
		{"limits on reads", `[{"allow": "read", "args": {"dev": true}}]`, "allows every read"},
		{"false as a limit", `[{"allow": "route add", "args": {"via": false}}]`, `the limit of "via" must be true`},
		{"two limits in one", `[{"allow": "route add", "args": {"via": {"cidr": ["10.0.0.0/8"], "in": ["x"]}}}]`, `the limit of "via"`},
		{"an unknown limit", `[{"allow": "route add", "args": {"via": {"regex": ["x"]}}}]`, `"regex" is unknown`},
		{"an empty list", `[{"allow": "route add", "args": {"via": {"cidr": []}}}]`, `"cidr" is empty`},
		{"a misspelt token", `[{"allow": "route add", "args": {"dev": {"in": ["CURRENT_IFACE"]}}}]`, "there is no token CURRENT_IFACE"},
		{"a misspelt token for a prefix", `[{"allow": "route add", "args": {"to": {"cidr": ["CURRENT_NET4"]}}}]`, "there is no token CURRENT_NET4"},
		{"no prefix", `[{"allow": "route add", "args": {"via": {"cidr": ["10.0.0"]}}}]`, `"10.0.0" is no prefix`},
		{"an octal prefix", `[{"allow": "route add", "args": {"via": {"cidr": ["010.0.0.0/8"]}}}]`, `is no prefix`},
		{"a zone", `[{"allow": "route add", "args": {"via": {"cidr": ["fe80::1%eth0"]}}}]`, `is no prefix`},
		{"host bits", `[{"allow": "route add", "args": {"via": {"cidr": ["10.1.0.0/8"]}}}]`, `write "10.0.0.0/8"`},
		{"a range of one number", `[{"allow": "link set", "args": {"mtu": {"range": [1]}}}]`, `must have two numbers`},
		{"a range of fractions", `[{"allow": "link set", "args": {"mtu": {"range": [1, 1.5]}}}]`, `two whole numbers`},
		{"a range the wrong way round", `[{"allow": "link set", "args": {"mtu": {"range": [9, 1]}}}]`, `write [1, 9]`},
		{"a requirement that is not named", `[{"allow": "rule add", "require": ["from"]}]`, `"require" names "from"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			list, err := strictjson.Parse([]byte(test.rules))
			if err != nil {
				t.Fatal(err)
			}
			_, err = Decode(&list)
			if err == nil {
				t.Fatal("it was accepted")
			}
			if !strings.Contains(err.Error(), test.want) {
				t.Errorf("the error is %q, want it to say %q", err, test.want)
			}
		})
	}
}

func decode(t *testing.T, text string) []Rule {
	t.Helper()
	list, err := strictjson.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	rules, err := Decode(&list)
	if err != nil {
		t.Fatal(err)
	}
	return rules
}

func parse(t *testing.T, line string) ipcmd.Command {
	t.Helper()
	words, err := ipcmd.Split(line)
	if err != nil {
		t.Fatal(err)
	}
	command, err := ipcmd.Parse(words)
	if err != nil {
		t.Fatal(err)
	}
	return command
}
