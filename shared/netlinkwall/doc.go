// Package netlinkwall decides which netlink messages of an `ip` command may
// reach the kernel. The kernel asks whoever changes a netns for CAP_NET_ADMIN,
// and then lets messages name other netns by descriptor, pid or id, and move
// and make devices there. This package knows the requests and the attributes
// that `ip` needs in one netns; what it does not know, it refuses.
//
// It reads a datagram as the kernel's netlink_rcv_skb does, where the two could
// differ: several messages in one, what is behind the last, padding, the bits
// beside an attribute's type.
//
// What it is not: it does not judge what is within the netns (addresses,
// routes, the parent of a macvlan), nor look for eBPF programs, which no
// command can have without bpf(2). And it trusts the sender to be `ip`: another
// program could put a socket in the place of its stdout, where the cage's
// filter does not look.
package netlinkwall
