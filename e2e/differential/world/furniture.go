package world

// What stands in the three netns. Every index and MAC is given, so that all
// worlds are alike.

const hostFurniture = `link set lo up
link add up0 index 10 address 02:00:00:00:01:10 type veth peer name up1 index 11 address 02:00:00:00:01:11
link set up0 up
link set up1 up
addr add 10.200.0.1/24 dev up0
link add h0 index 20 address 02:00:00:00:01:20 type veth peer name eth0 index 10 address 02:00:00:00:02:10 netns /run/spaces/pod
link add h1 index 21 address 02:00:00:00:01:21 type veth peer name eth0 index 10 address 02:00:00:00:03:10 netns /run/netns/other
link add link up0 name net1 index 11 address 02:00:00:00:02:11 netns /run/spaces/pod type macvlan mode bridge
link add link up0 name net1 index 11 address 02:00:00:00:03:11 netns /run/netns/other type macvlan mode bridge
link set h0 up
link set h1 up
addr add 10.244.0.1/24 dev h0
route add 10.244.1.0/24 dev h1
rule add pref 500 from 10.200.0.0/24 lookup 500
route add 10.50.0.0/16 via 10.200.0.9 table 500
neigh add 10.200.0.9 lladdr 02:00:00:00:01:99 dev up0 nud permanent
`

const otherFurniture = `link set lo up
link set eth0 up
link set net1 up
addr add 10.244.1.5/24 dev eth0
route add default via 10.244.1.1
`

const attachments = `link set lo up
link set eth0 up
addr add 10.244.0.5/24 dev eth0
addr add fd44::5/64 dev eth0 nodad
route add default via 10.244.0.1
link set net1 up
addr add 10.200.0.5/24 dev net1
`

// The device named netns is a trap: its name is a keyword. The maddr is the last
// line, since ip ends a batch there.
const podFurniture = `link add v0 index 20 address 02:00:00:00:02:20 type veth peer name v1 index 21 address 02:00:00:00:02:21
link add br0 index 22 address 02:00:00:00:02:22 type bridge mcast_snooping 0
link add ifb0 index 23 address 02:00:00:00:02:23 type ifb
link add vx0 index 24 address 02:00:00:00:02:24 type vxlan id 42 dstport 4789 local 10.9.0.1 remote 10.9.0.2
link add mv0 link v1 index 25 address 02:00:00:00:02:25 type macvlan mode bridge
link add name netns index 26 address 02:00:00:00:02:26 type ifb
link add p0 index 27 address 02:00:00:00:02:27 type veth peer name p1 index 28 address 02:00:00:00:02:28
link set p1 master br0
link set v0 up
link set v1 up
link set br0 up
addr add 10.9.0.1/24 dev v0
addr add fd09::1/64 dev v0 nodad
route add 10.10.0.0/16 via 10.9.0.2
route add fd10::/16 via fd09::2
route add 10.20.0.0/16 via 10.9.0.3 table 100
rule add pref 100 from 10.9.0.1 lookup 100
neigh add 10.9.0.9 lladdr 02:00:00:00:00:59 dev v0 nud permanent
neigh add proxy 10.9.0.77 dev v0
nexthop add id 1 via 10.9.0.2 dev v0
nexthop add id 2 group 1
addrlabel add prefix fd09::/64 label 77
mptcp endpoint add 10.9.0.1 id 7 signal
xfrm policy add src 10.1.0.0/16 dst 10.2.0.0/16 dir out tmpl src 10.9.0.1 dst 10.9.0.2 proto esp mode tunnel
maddr add 01:00:5e:00:00:55 dev v1
`

const tunFurniture = "tuntap add dev tun0 mode tun\n"
