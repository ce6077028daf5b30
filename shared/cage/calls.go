package cage

import "golang.org/x/sys/unix"

// plainCalls are allowed whatever their arguments. The list is what three users
// need: `ip` (iproute2 with glibc or musl, static BusyBox), syscall.ForkExec in
// the child before its execve, and Go's runtime on the cage's thread. A call
// that is not needed is not here, however harmless.
var plainCalls = [...]uint32{
	// Files; opening and writing them is in rules.
	unix.SYS_READ, unix.SYS_READV, unix.SYS_PREAD64,
	unix.SYS_LSEEK, unix.SYS_CLOSE, unix.SYS_DUP, unix.SYS_DUP3, unix.SYS_PIPE2,
	unix.SYS_FSTAT, unix.SYS_NEWFSTATAT, unix.SYS_STATX, unix.SYS_STATFS, unix.SYS_FSTATFS,
	unix.SYS_FACCESSAT, unix.SYS_READLINKAT, unix.SYS_GETDENTS64, unix.SYS_CHDIR,

	// Memory.
	unix.SYS_BRK, unix.SYS_MMAP, unix.SYS_MUNMAP, unix.SYS_MPROTECT, unix.SYS_MREMAP, unix.SYS_MADVISE,

	// Sockets; making them and sending is in rules.
	unix.SYS_BIND, unix.SYS_CONNECT, unix.SYS_GETSOCKNAME, unix.SYS_GETPEERNAME, unix.SYS_GETSOCKOPT,
	unix.SYS_RECVFROM, unix.SYS_RECVMSG, unix.SYS_PPOLL,

	// Start, signals, time and end of a thread. tgkill is how Go's runtime
	// preempts; a command reaches only itself by it, in its PID namespace.
	unix.SYS_SET_TID_ADDRESS, unix.SYS_SET_ROBUST_LIST, unix.SYS_RSEQ, unix.SYS_FUTEX,
	unix.SYS_RT_SIGACTION, unix.SYS_RT_SIGPROCMASK, unix.SYS_RT_SIGRETURN, unix.SYS_SIGALTSTACK,
	unix.SYS_TGKILL, unix.SYS_RESTART_SYSCALL, unix.SYS_SCHED_YIELD, unix.SYS_NANOSLEEP,
	unix.SYS_CLOCK_GETTIME, unix.SYS_CLOCK_NANOSLEEP, unix.SYS_GETTIMEOFDAY,
	unix.SYS_EPOLL_PWAIT, // the runtime polls the network when a collection ends
	unix.SYS_WAIT4, unix.SYS_EXIT, unix.SYS_EXIT_GROUP,

	// Who am I.
	unix.SYS_GETPID, unix.SYS_GETPPID, unix.SYS_GETTID, unix.SYS_GETUID, unix.SYS_GETEUID,
	unix.SYS_GETGID, unix.SYS_GETEGID, unix.SYS_UNAME, unix.SYS_SYSINFO, unix.SYS_GETRANDOM,

	// Become the command. None of these gives anything back.
	unix.SYS_SETSID, unix.SYS_SETGROUPS, unix.SYS_SETGID, unix.SYS_SETUID,
	unix.SYS_CAPGET, unix.SYS_CAPSET, unix.SYS_PRLIMIT64, unix.SYS_EXECVE,
}
