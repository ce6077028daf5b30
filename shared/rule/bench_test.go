package rule

import (
	"testing"

	"github.com/chainsaw-cni/chainsaw/shared/strictjson"
)

// Each ADD of a network with rules decodes them anew.
func BenchmarkDecode(b *testing.B) {
	list, err := strictjson.Parse([]byte(`[
		{"allow": "read"},
		{"allow": "route add|replace|del", "args": {"to": {"cidr": ["10.0.0.0/8"]}, "via": {"cidr": ["192.0.2.0/24"]}, "dev": {"in": ["CURRENT_INTERFACE"]}}},
		{"allow": "link set", "args": {"dev": {"in": ["CURRENT_INTERFACE"]}, "mtu": {"range": [1280, 9000]}, "up": true}}
	]`))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := Decode(&list); err != nil {
			b.Fatal(err)
		}
	}
}
