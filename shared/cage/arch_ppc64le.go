package cage

import "golang.org/x/sys/unix"

const (
	auditArch     = unix.AUDIT_ARCH_PPC64LE
	lowWord       = 0 // of an argument in struct seccomp_data
	cloneFlagsArg = 0
)

// archCalls are old calls which musl and BusyBox still prefer.
var archCalls = [...]uint32{
	unix.SYS_ACCESS, unix.SYS_STAT, unix.SYS_LSTAT, unix.SYS_READLINK,
	unix.SYS_POLL, unix.SYS_DUP2, unix.SYS_TIME, unix.SYS_UGETRLIMIT,
}

var archOpenCalls = [...]uint32{unix.SYS_OPEN}
