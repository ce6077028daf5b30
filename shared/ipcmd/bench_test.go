package ipcmd

import (
	"strings"
	"testing"
)

func BenchmarkParse(b *testing.B) {
	for _, line := range []string{
		"ip a",
		"ip route add 10.0.0.0/8 via 192.0.2.1 dev net1",
		"ip link set dev net1 mtu 1400 up",
		"ip link add vx0 type vxlan id 5 remote 192.0.2.1 local 192.0.2.2 dev eth0 dstport 4789",
	} {
		words := strings.Fields(line)
		b.Run(line, func(b *testing.B) {
			for b.Loop() {
				if _, err := Parse(words); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
