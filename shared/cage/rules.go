package cage

import (
	"slices"

	"golang.org/x/sys/unix"
)

// rule is what the filter answers to one system call if all checks hold;
// otherwise the next rule for this call, which must stand right behind, decides,
// and without one it is refused.
type rule struct {
	call   uint32
	checks []check
	answer uint32
}

// check holds if the argument, masked, is one of the values. Only the low 32
// bits count: every argument checked here is an int to the kernel, but for the
// length of a write, and no netlink message has 4 GiB.
type check struct {
	arg    int
	mask   uint32
	values []uint32
}

// whole is the mask of a check on the whole argument.
const whole = ^uint32(0)

func allow(call uint32, checks ...check) rule {
	return rule{call: call, checks: checks, answer: unix.SECCOMP_RET_ALLOW}
}

// inTurn makes the call, but not before the command's turn: with it begins what
// asks the netns something, or changes it.
func inTurn(call uint32, checks ...check) rule {
	return rule{call: call, checks: checks, answer: inspect}
}

func is(arg int, values ...uint32) check {
	return check{arg: arg, mask: whole, values: values}
}

// rules are the calls of which a privilege allows some arguments.
func rules(p Privilege) []rule {
	return slices.Concat(spawnRules(), socketRules(), sendRules(), openRules(p), ioctlRules(p))
}

// spawnRules are for what syscall.ForkExec does between clone and execve.
func spawnRules() []rule {
	// A command cannot use the flags of our own spawn: it has no
	// CAP_SYS_ADMIN for CLONE_NEWPID.
	const spawnFlags = unix.CLONE_NEWPID | unix.CLONE_VM | unix.CLONE_VFORK | uint32(unix.SIGCHLD)
	return []rule{
		allow(unix.SYS_CLONE, is(cloneFlagsArg, spawnFlags)),
		allow(unix.SYS_PRCTL, is(0, unix.PR_SET_PDEATHSIG), is(1, uint32(unix.SIGKILL))),
		allow(unix.SYS_PRCTL, is(0, unix.PR_SET_KEEPCAPS)),
		allow(unix.SYS_PRCTL, is(0, unix.PR_CAP_AMBIENT), is(1, unix.PR_CAP_AMBIENT_RAISE)),
		allow(unix.SYS_PRCTL, is(0, unix.PR_CAPBSET_READ)), // libcap as it is loaded
		// In a new PID namespace getppid is 0, from which ForkExec concludes
		// that the parent died, and kills itself: pid 1, on which SIGKILL has
		// no effect. We spare the kernel to ignore it.
		{call: unix.SYS_KILL, checks: []check{is(0, 1), is(1, uint32(unix.SIGKILL))}, answer: pretend},
	}
}

// socketRules know the sockets of `ip`. AF_UNIX is not among them: without it
// the name service only loses nscd. Levels other than these two would reach
// netfilter (IPT_SO_SET_REPLACE) with CAP_NET_ADMIN.
func socketRules() []rule {
	return []rule{
		inTurn(unix.SYS_SOCKET, is(0, unix.AF_NETLINK),
			is(2, unix.NETLINK_ROUTE, unix.NETLINK_XFRM, unix.NETLINK_GENERIC)),
		inTurn(unix.SYS_SOCKET, is(0, unix.AF_INET, unix.AF_INET6),
			check{arg: 1, mask: ^uint32(unix.SOCK_CLOEXEC | unix.SOCK_NONBLOCK), values: []uint32{unix.SOCK_DGRAM}}),
		allow(unix.SYS_SETSOCKOPT, is(1, unix.SOL_SOCKET, unix.SOL_NETLINK)),
		allow(unix.SYS_FCNTL, is(1, unix.F_DUPFD, unix.F_DUPFD_CLOEXEC,
			unix.F_GETFD, unix.F_SETFD, unix.F_GETFL, unix.F_SETFL)),
	}
}

// sendRules hand what may be a netlink message to the inspector. BusyBox writes
// some of its messages. What the cage's own thread writes must not wait for it,
// nor need it: Go's runtime and the failing child of ForkExec write eight bytes
// to their pipes, and no message is shorter than its header of 16.
func sendRules() []rule {
	toOutput := is(0, 0, 1, 2)
	shorterThanHeader := check{arg: 2, mask: ^uint32(unix.SizeofNlMsghdr - 1), values: []uint32{0}}
	return []rule{
		{call: unix.SYS_SENDTO, answer: inspect},
		{call: unix.SYS_SENDMSG, answer: inspect},
		allow(unix.SYS_WRITE, toOutput),
		allow(unix.SYS_WRITE, shorterThanHeader),
		{call: unix.SYS_WRITE, answer: inspect},
		allow(unix.SYS_WRITEV, toOutput),
		{call: unix.SYS_WRITEV, answer: inspect},
	}
}

// openRules allow reading and never making a file. Only what changes the netns
// opens for writing: /dev/net/tun, and /proc/sys/net/ipv4/route/flush.
func openRules(p Privilege) (rules []rule) {
	const makes = unix.O_CREAT | unix.O_TRUNC | unix.O_APPEND | unix.O_TMPFILE&^unix.O_DIRECTORY
	mode := func(arg int, modes ...uint32) check {
		return check{arg: arg, mask: unix.O_ACCMODE | makes, values: modes}
	}
	opens := func(call uint32, arg int) {
		rules = append(rules, allow(call, mode(arg, unix.O_RDONLY)))
		if p == NetAdmin {
			rules = append(rules, inTurn(call, mode(arg, unix.O_WRONLY, unix.O_RDWR)))
		}
	}
	opens(unix.SYS_OPENAT, 2)
	for _, call := range archOpenCalls {
		opens(call, 1)
	}
	return rules
}

// ioctlRules allow the terminal questions of stdio and the socket ioctls
// (0x89xx; the kernel asks for CAP_NET_ADMIN where they change something). The
// TUN ones are for NetAdmin: the kernel lets anyone attach to a persistent tap
// without an owner, and so remove it.
func ioctlRules(p Privilege) []rule {
	values := []uint32{unix.TCGETS, unix.TIOCGWINSZ}
	if p == NetAdmin {
		values = append(values, unix.TUNSETIFF, unix.TUNSETPERSIST, unix.TUNSETOWNER, unix.TUNSETGROUP)
	}
	return []rule{
		allow(unix.SYS_IOCTL, is(1, values...)),
		allow(unix.SYS_IOCTL, check{arg: 1, mask: ^uint32(0xff), values: []uint32{0x8900}}),
	}
}
