package cage

import "golang.org/x/sys/unix"

const (
	auditArch     = unix.AUDIT_ARCH_S390X
	lowWord       = 4 // of an argument in struct seccomp_data: big endian
	cloneFlagsArg = 1 // clone(2): "the order of the arguments is reversed"
)

// archCalls are old calls which musl and BusyBox still prefer.
var archCalls = [...]uint32{
	unix.SYS_ACCESS, unix.SYS_STAT, unix.SYS_LSTAT, unix.SYS_READLINK,
	unix.SYS_POLL, unix.SYS_DUP2, unix.SYS_GETRLIMIT,
}

var archOpenCalls = [...]uint32{unix.SYS_OPEN}
