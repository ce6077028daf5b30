package cage

import (
	"slices"
	"unsafe"

	"golang.org/x/sys/unix"
)

// What the filter answers, beside SECCOMP_RET_ALLOW.
const (
	killProcess = unix.SECCOMP_RET_KILL_PROCESS
	noSuchCall  = unix.SECCOMP_RET_ERRNO | uint32(unix.ENOSYS)
	notAllowed  = unix.SECCOMP_RET_ERRNO | uint32(unix.EPERM)
	// pretend answers 0 without making the call.
	pretend = unix.SECCOMP_RET_ERRNO
	inspect = unix.SECCOMP_RET_USER_NOTIF
)

const (
	// x32 calls carry this bit and pass for amd64 ones by their architecture.
	// No call of any architecture has a number as high.
	x32Bit = 0x4000_0000
	// From pidfd_send_signal on (5.1) the numbers are the same everywhere. A
	// libc takes ENOSYS there for an older kernel and falls back, as from
	// clone3, openat2 and faccessat2; EPERM it would take for an answer.
	firstNewCall = 424
)

// filter is the program for a privilege.
func filter(p Privilege) []unix.SockFilter {
	prog := make(program, 0, 512)
	prog.load(archOffset)
	prog.answerUnless(unix.BPF_JEQ, auditArch, killProcess)
	prog.load(callOffset)
	prog.answerIf(unix.BPF_JGE, x32Bit, killProcess)
	prog.answerIf(unix.BPF_JGE, firstNewCall, noSuchCall)
	for rest := rules(p); len(rest) > 0; {
		same := sameCall(rest)
		prog.call(rest[0].call, rest[:same], notAllowed)
		rest = rest[same:]
	}
	prog.search(edges(plainCalls[:], archCalls[:]), notAllowed, unix.SECCOMP_RET_ALLOW)
	return prog
}

// sameCall is how many rules at the beginning are for one call.
func sameCall(rules []rule) int {
	n := slices.IndexFunc(rules, func(r rule) bool { return r.call != rules[0].call })
	if n < 0 {
		return len(rules)
	}
	return n
}

// installFilter binds the calling thread and what it starts. It returns the
// descriptor where the inspector hears of calls. No other flag, and in
// particular no SECCOMP_FILTER_FLAG_TSYNC: the plugin's other threads go free.
func installFilter(p Privilege) (listener int, err error) {
	prog := filter(p)
	fprog := unix.SockFprog{Len: uint16(len(prog)), Filter: &prog[0]}
	fd, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER,
		unix.SECCOMP_FILTER_FLAG_NEW_LISTENER, uintptr(unsafe.Pointer(&fprog)))
	if errno != 0 {
		return -1, errno
	}
	// A command and its inspector take turns, so both are quicker on one CPU.
	// Kernels before 6.6 do not know how to keep them there.
	const together = unix.SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP
	_, _, _ = unix.Syscall(unix.SYS_IOCTL, fd, unix.SECCOMP_IOCTL_NOTIF_SET_FLAGS, together)
	return int(fd), nil
}
