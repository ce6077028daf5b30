package differential

import (
	"strings"
)

// The words that lines are made of, beside those that ipcmd knows. Names of
// devices and addresses are mostly those that the world has.
var (
	devices   = strings.Fields("v0 v0 v0 v1 br0 ifb0 vx0 mv0 p0 p1 tun0 eth0 eth0 net1 net1 lo netns new9 v8 nosuch")
	trickyDev = strings.Fields("if20 if10 if1 ifx netns dev up show type name link add all default v0@v1 v* . .. -4 -- - if+20 if0x14 " +
		"abcdefghijklmno abcdefghijklmnop v0:1 ethé tun% %d none via to help")
	addresses  = strings.Fields("10.9.0.1 10.9.0.2 10.9.0.9 10.10.1.1 10.244.0.5 10.200.0.5 fd09::1 fd09::2 fd44::5 fe80::1 127.0.0.1 0.0.0.0 :: ::1")
	trickyAddr = strings.Fields("10 10.9 010.9.0.1 0xa.9.0.1 10.9.0.256 10.9.0.1.1 10.9..1 1e1 ::ffff:10.9.0.1 fd09::1%v0 FD09:0:0::1 all any default " +
		"10.9.0.1/ /24 a.b.c.d localhost 167837697 0x0a090001 ::10.9.0.1 0::0 00::1 10.9.0.08")
	prefixes  = strings.Fields("10.9.0.0/24 10.10.0.0/16 10.21.0.0/16 10.0.0.0/8 0.0.0.0/0 default fd10::/16 fd21::/64 ::/0 10.9.0.1/32 10.9/16 10/8")
	trickyNet = strings.Fields("10.9.0.0/255.255.255.0 10.9.0.0/0.0.0.255 10.9.0.0/33 10.9.0.0/024 10.9.0.0/0x18 10.9.0.0/-1 default/0 all/8 any/0 " +
		"fd10::/129 fd10::/064 0/0 10.9.0.0/24/24 010/8 10.9.0.0/+24 ::/255.0.0.0")
	numbers   = strings.Fields("0 1 2 5 7 10 42 64 99 100 254 255 500 1280 1400 1500 9000 32766 65535 100000")
	trickyNum = strings.Fields("00 010 0x10 0X1f -1 +5 5.5 1e3 4294967295 4294967296 2147483648 18446744073709551615 18446744073709551616 09 0b1 ٣ ５ 5k 5K 0x 100ms 1s 1.5s 01400 0b10")
	tables    = strings.Fields("main local default all cache 100 254 255 253 0 1000 0x64 010 unspec 4294967295 4294967296 nosuch")
	macs      = strings.Fields("02:00:00:00:00:71 02:00:00:00:00:72 ff:ff:ff:ff:ff:ff 01:00:5e:00:00:77 33:33:00:00:00:05 02:0:0:0:0:1 2:0:0:0:0:1 " +
		"02-00-00-00-00-01 0200.0000.0001 020000000001 any 02:00:00:00:00 02:00:00:00:00:71:72 10.9.0.1")
	kinds = strings.Fields("veth bridge ifb macvlan vxlan dummy vlan vrf bond ipvlan gre ipip sit vti geneve ip6tnl gretap macsec wireguard tun nosuch " +
		"bridge_slave ../x netkit VETH vet xfrm team nlmon hsr can")
	states = strings.Fields("on off up down all permanent reachable stale noarp none global link host 200 site boot static kernel bgp 5 0x5 0xff/0xf tcp udp 6 " +
		"unicast local blackhole reno low medium high in out fwd esp transport tunnel bridge private l2 0-99 1:2 inherit auto forever")
	paths = strings.Fields("/run/canary/batch /run/canary/dump /run/canary/object.o /run/canary/program program other /run/netns/other " +
		"/proc/1/ns/net ../canary/program ../../run/canary/batch 1 0 0x1 01")

	// forbidden are words with which lines leave the netns, when they stand in
	// the right place.
	forbidden = lines(`netns other
netns 1
netns /run/netns/other
netns /proc/1/ns/net
link-netns other
link-netnsid 0
link-netnsid 1
-n other
-netns other
-n /proc/1/ns/net
-b /run/canary/batch
-batch /run/canary/batch
-b -
-force
-all
-a
--all
--netns other
--batch /run/canary/batch
exec program
exec other program
exec default program
netns exec other program
vrf exec default program
xdp obj /run/canary/object.o
xdpgeneric object /run/canary/object.o
encap bpf in obj /run/canary/object.o
endpoint obj /run/canary/object.o section x
file /run/canary/dump
monitor
monitor all-nsid
restore
showdump
vf 0 mac 02:00:00:00:00:05
group 0
peer netns other
type bpf
nsid 1
target-nsid 0`)

	options = lines(`-4
-6
-0
-B
-M
-s
-s -s
-d
-o
-j
-p
-br
-c
-c=always
-color=never
-c=
-co=auto
-h
-iec
-N
-r
-t
-ts
-f inet
-f inet6
-family link
-f bridge
-f mpls
-f unix
-l 3
-l 0
-loops 5
- 5
-rc 1000
-rcvbuf 0x100
--
---
--json
--4
-statistics
-details
-echo
-V
-h
-help
-D
-4o
-4 -6
-j -p
-a
-n
-b
-e
-stat
-human-r
-Numeri
-ec
-tshor`)

	oddSpaces = []string{"  ", "\t", " \t ", "\n", "\r", "\u00a0", "\u2003", "\u3000", "\v", "\u2028", "\x00", "\u200b"}
	oddWords  = []string{
		"'", "\"", "\\", "$(id)", "`id`", ";", "|", "&&", "#", "é", "\u202e", "ſhow", "Ⅴ", "\xff", "%s", "%n", "=", "@", "*", "~", "{}",
		"add\\", "\"add\"", "ADD", "Show", "dev=v0", "v0,v1", "\u0430dd", "_", ":", "/", "..", "0", "-", "--", "---",
	}
)

func lines(s string) []string { return strings.Split(s, "\n") }
