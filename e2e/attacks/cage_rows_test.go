package attacks

// within are the attacks on the cage, which its own tests run without a parser
// in front of it.
var within = []attack{
	{
		"a change in chainsaw-inspect, or by a read of chainsaw-filter",
		[]wall{parser, capability, inspector},
		[]string{"shared/cage TestNoPrivilegeChangesNothing", "shared/cage TestWithoutPrivilegeOnlyReadsAreSent"},
	},
	{
		"`tuntap del` of a tap without an owner, which takes no capability",
		[]wall{parser, uid, seccomp},
		[]string{"shared/cage TestTapWithoutOwner"},
	},
	{
		"`-batch` with a file that root alone may read",
		[]wall{parser, uid},
		[]string{"e2e/attacks TestNoLineLeavesTheNetns/a batch", "shared/cage TestWhatTheParserRefusesIsHarmless/-b "},
	},
	{
		"programs for the kernel from a file (`xdp`, `encap bpf`)",
		[]wall{parser, capability, seccomp},
		[]string{"e2e/attacks TestNoLineLeavesTheNetns/a program for a card", "shared/cage TestWhatTheParserRefusesIsHarmless/link set v0 xdp obj ", "shared/cage TestForbiddenCalls/bpf"},
	},
	{
		"netlink messages in several parts, too long, cut short, or past the inspector",
		[]wall{inspector},
		[]string{"shared/cage TestHostileSenders", "shared/cage TestMessagesThatLeaveWithPrivateMounts"},
	},
	{
		"acting ahead of its turn, while another command runs or its devices are yet to be checked",
		[]wall{inspector, seccomp},
		[]string{"shared/cage TestStartedCommandWaitsForItsTurn", "shared/cage TestFirstCallIntoTheNetnsWaits", "shared/runner TestStartedAheadHasNoEffectAhead"},
	},
	{
		"messages to the plugin's own netlink socket, in the kernel's name or to fill it",
		[]wall{state},
		[]string{"shared/rtnetlink TestOnlyTheKernelReachesTheConnection"},
	},
	{
		"setns, unshare, a user namespace",
		[]wall{seccomp, capability},
		[]string{"shared/cage TestForbiddenCalls/setns", "shared/cage TestForbiddenCalls/unshare user", "shared/cage TestForbiddenCalls/clone into a user namespace"},
	},
	{
		"mount, chroot, pivot_root and their successors",
		[]wall{seccomp, capability},
		[]string{"shared/cage TestForbiddenCalls/mount", "shared/cage TestForbiddenCalls/chroot", "shared/cage TestForbiddenCalls/move_mount"},
	},
	{
		"fork, vfork, threads, a fork bomb",
		[]wall{seccomp},
		[]string{"shared/cage TestForbiddenCalls/clone as fork", "shared/cage TestForbiddenCalls/clone of a thread", "shared/cage TestForbiddenCalls/clone3", "e2e/attacks TestIPThatMisbehaves/starts others"},
	},
	{
		"ptrace and the memory of other processes",
		[]wall{seccomp, uid, pids},
		[]string{"shared/cage TestForbiddenCalls/ptrace traceme", "shared/cage TestForbiddenCalls/process_vm_writev"},
	},
	{
		"signals to processes of the node",
		[]wall{seccomp, uid, pids},
		[]string{"shared/cage TestForbiddenCalls/kill all", "shared/cage TestForbiddenCalls/kill another"},
	},
	{
		"system calls by another table: int 0x80, x32",
		[]wall{seccomp},
		[]string{"shared/cage TestOtherCallTablesKill", "shared/cage TestFilterKillsOtherCallTables"},
	},
	{
		"kernel modules, keys, io_uring, perf, userfaultfd",
		[]wall{seccomp, capability},
		[]string{"shared/cage TestForbiddenCalls/finit_module", "shared/cage TestForbiddenCalls/keyctl", "shared/cage TestForbiddenCalls/io_uring_setup"},
	},
	{
		"sockets that are not `ip`'s: packet, unix, vsock, netfilter",
		[]wall{seccomp},
		[]string{"shared/cage TestForbiddenCalls/packet socket", "shared/cage TestForbiddenCalls/unix socket", "shared/cage TestForbiddenCalls/netfilter netlink", "shared/cage TestForbiddenCalls/iptables by setsockopt"},
	},
	{
		"writing files, also under /sys and /proc; making, renaming, removing them",
		[]wall{seccomp, uid},
		[]string{"shared/cage TestFilesOpenForReadingOnly", "shared/cage TestForbiddenCalls/mknodat"},
	},
	{
		"another program by execve",
		[]wall{seccomp, capability, uid},
		[]string{"shared/cage TestSecondExecve"},
	},
	{
		"another process, user namespace or tap of the command's uid",
		[]wall{uid},
		[]string{"shared/cage TestUIDIsOneThatNobodyUses", "shared/cage TestWhatTheCommandIs"},
	},
	{
		"a library by IP_LIB_DIR, an inherited descriptor, argv[0], the plugin's folder",
		[]wall{environ},
		[]string{"shared/cage TestWhatTheCommandIs"},
	},
	{
		"a hang, also with signals ignored or the output closed",
		[]wall{limits, pids},
		[]string{"shared/cage TestContextEndsCommand", "e2e/attacks TestIPThatMisbehaves/hangs, and ignores signals"},
	},
	{
		"100 MB of output",
		[]wall{limits},
		[]string{"shared/cage TestOutputIsBounded/100 MB", "e2e/attacks TestIPThatMisbehaves/prints without end"},
	},
	{
		"living on when the plugin is killed",
		[]wall{limits},
		[]string{"shared/cage TestCommandsDieWithThePlugin", "shared/cage TestCommandDiesWithTheThread"},
	},
}
