package lint

import (
	"testing"

	"github.com/chainsaw-cni/chainsaw/shared/rule"
	"github.com/chainsaw-cni/chainsaw/shared/strictjson"
)

func TestCovers(t *testing.T) {
	for _, test := range []struct {
		name, wider, r string
		want           bool
	}{
		{"all reads and all reads", `{"allow": "read"}`, `{"allow": "read"}`, true},
		{"all reads and some", `{"allow": "read"}`, `{"allow": "route show", "args": {"to": true}}`, true},
		{"all reads and a change", `{"allow": "read"}`, `{"allow": "route show|add", "args": {"to": true}}`, false},
		{"some reads and all", `{"allow": "route show"}`, `{"allow": "read"}`, false},
		{"fewer actions", `{"allow": "route add"}`, `{"allow": "route add|del"}`, false},
		{"another object", `{"allow": "rule add"}`, `{"allow": "route add"}`, false},
		{"an argument more", `{"allow": "link set", "args": {"dev": true, "mtu": true}}`, `{"allow": "link set", "args": {"dev": true}}`, true},
		{"an argument less", `{"allow": "link set", "args": {"dev": true}}`, `{"allow": "link set", "args": {"dev": true, "mtu": true}}`, false},
		{"a table that is left out", `{"allow": "route add", "args": {"to": true, "table": {"in": ["100"]}}}`, `{"allow": "route add", "args": {"to": true}}`, false},
		{"a wider range", `{"allow": "link set", "args": {"mtu": {"range": [1, 9000]}}}`, `{"allow": "link set", "args": {"mtu": {"range": [1280, 1500]}}}`, true},
		{"a range that overlaps", `{"allow": "link set", "args": {"mtu": {"range": [1300, 9000]}}}`, `{"allow": "link set", "args": {"mtu": {"range": [1280, 1500]}}}`, false},
		{"a limit and none", `{"allow": "link set", "args": {"mtu": {"range": [1, 9000]}}}`, `{"allow": "link set", "args": {"mtu": true}}`, false},
		{"more words", `{"allow": "link set", "args": {"dev": {"in": ["net1", "net2"]}}}`, `{"allow": "link set", "args": {"dev": {"in": ["net2"]}}}`, true},
		{"a wider prefix", `{"allow": "route add", "args": {"to": {"cidr": ["10.0.0.0/8", "CURRENT_CIDR4"]}}}`, `{"allow": "route add", "args": {"to": {"cidr": ["10.2.0.0/16", "CURRENT_CIDR4"]}}}`, true},
		{"a narrower prefix", `{"allow": "route add", "args": {"to": {"cidr": ["10.2.0.0/16"]}}}`, `{"allow": "route add", "args": {"to": {"cidr": ["10.0.0.0/8"]}}}`, false},
		{"a token and a prefix", `{"allow": "route add", "args": {"to": {"cidr": ["10.0.0.0/8"]}}}`, `{"allow": "route add", "args": {"to": {"cidr": ["CURRENT_CIDR4"]}}}`, false},
		{"a demand more", `{"allow": "route add", "args": {"to": true, "dev": true}, "require": ["dev"]}`, `{"allow": "route add", "args": {"to": true, "dev": true}}`, false},
		{"a demand less", `{"allow": "route add", "args": {"to": true, "dev": true}}`, `{"allow": "route add", "args": {"to": true, "dev": true}, "require": ["dev"]}`, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			value, err := strictjson.Parse([]byte("[" + test.wider + "," + test.r + "]"))
			if err != nil {
				t.Fatal(err)
			}
			rules, err := rule.Decode(&value)
			if err != nil {
				t.Fatal(err)
			}
			if got := covers(rules[0], rules[1]); got != test.want {
				t.Errorf("got %v", got)
			}
		})
	}
}
