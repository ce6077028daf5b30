package cage

import "golang.org/x/sys/unix"

const (
	auditArch     = unix.AUDIT_ARCH_X86_64
	lowWord       = 0 // of an argument in struct seccomp_data
	cloneFlagsArg = 0
)

// archCalls are old calls which musl and BusyBox still prefer, and arch_prctl,
// by which a libc sets its thread pointer.
var archCalls = [...]uint32{
	unix.SYS_ARCH_PRCTL, unix.SYS_ACCESS, unix.SYS_STAT, unix.SYS_LSTAT,
	unix.SYS_READLINK, unix.SYS_POLL, unix.SYS_DUP2, unix.SYS_TIME,
}

var archOpenCalls = [...]uint32{unix.SYS_OPEN}
