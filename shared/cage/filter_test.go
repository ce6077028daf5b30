package cage

import (
	"encoding/binary"
	"fmt"
	"slices"
	"testing"

	"golang.org/x/sys/unix"
)

// syscallData is struct seccomp_data.
type syscallData struct {
	call, arch uint32
	args       [6]uint64
}

// evaluate runs the filter as the kernel would. It knows the instructions that
// program makes and no other.
func evaluate(t *testing.T, prog []unix.SockFilter, d syscallData) uint32 {
	t.Helper()
	data := binary.NativeEndian.AppendUint32(nil, d.call)
	data = binary.NativeEndian.AppendUint32(data, d.arch)
	data = binary.NativeEndian.AppendUint64(data, 0xffff_ffff) // instruction pointer
	for _, a := range d.args {
		data = binary.NativeEndian.AppendUint64(data, a)
	}
	var acc uint32
	for at := 0; at < len(prog); at++ {
		in, jump := prog[at], false
		switch in.Code {
		case unix.BPF_LD | unix.BPF_W | unix.BPF_ABS:
			acc = binary.NativeEndian.Uint32(data[in.K:])
			continue
		case unix.BPF_ALU | unix.BPF_AND | unix.BPF_K:
			acc &= in.K
			continue
		case unix.BPF_RET | unix.BPF_K:
			return in.K
		case unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K:
			jump = acc == in.K
		case unix.BPF_JMP | unix.BPF_JGE | unix.BPF_K:
			jump = acc >= in.K
		default:
			t.Fatalf("instruction %d has code %#x", at, in.Code)
		}
		if jump {
			at += int(in.Jt)
		} else {
			at += int(in.Jf)
		}
	}
	t.Fatal("the program runs off its end")
	return 0
}

// sendCalls go to the inspector, whatever is absurd about their arguments.
var sendCalls = []uint32{unix.SYS_SENDTO, unix.SYS_SENDMSG, unix.SYS_WRITE, unix.SYS_WRITEV}

func TestFilterOnEveryCall(t *testing.T) {
	for _, p := range []Privilege{None, NetAdmin} {
		prog := filter(p)
		ruled := map[uint32]bool{}
		for _, r := range rules(p) {
			ruled[r.call] = true
		}
		for call := range uint32(2048) {
			plain := slices.Contains(plainCalls[:], call) || slices.Contains(archCalls[:], call)
			if plain && ruled[call] {
				t.Errorf("call %d is allowed whatever its arguments, and has rules", call)
			}
			want := notAllowed
			switch {
			case plain:
				want = unix.SECCOMP_RET_ALLOW
			case slices.Contains(sendCalls, call):
				want = inspect
			case call >= firstNewCall:
				want = noSuchCall
			}
			// No rule allows these arguments.
			absurd := [6]uint64{0xdead, 0xdead_beef, 0xdead, 0xdead, 0xdead, 0xdead}
			if got := evaluate(t, prog, syscallData{call, auditArch, absurd}); got != want {
				t.Errorf("%v: call %d: answer %#x, want %#x", p, call, got, want)
			}
		}
	}
}

// TestRulesOfACallAreNeighbours: the filter would never come to a rule that
// stands apart from the others for its call.
func TestRulesOfACallAreNeighbours(t *testing.T) {
	seen := map[uint32]bool{}
	for rest := rules(NetAdmin); len(rest) > 0; rest = rest[sameCall(rest):] {
		if seen[rest[0].call] {
			t.Errorf("call %d has rules in several places", rest[0].call)
		}
		seen[rest[0].call] = true
	}
}

func TestFilterKillsOtherCallTables(t *testing.T) {
	prog := filter(NetAdmin)
	for _, arch := range []uint32{0, unix.AUDIT_ARCH_I386, unix.AUDIT_ARCH_ARM, unix.AUDIT_ARCH_PPC64, unix.AUDIT_ARCH_S390} {
		if got := evaluate(t, prog, syscallData{call: unix.SYS_READ, arch: arch}); got != killProcess {
			t.Errorf("architecture %#x: answer %#x", arch, got)
		}
	}
	for _, call := range []uint32{x32Bit, x32Bit + unix.SYS_READ, 1 << 31, ^uint32(0)} {
		if got := evaluate(t, prog, syscallData{call: call, arch: auditArch}); got != killProcess {
			t.Errorf("call %#x: answer %#x", call, got)
		}
	}
}

func TestFilterOnArguments(t *testing.T) {
	const (
		allowed   = uint32(unix.SECCOMP_RET_ALLOW)
		high      = 1 << 32 // the kernel ignores it in an int
		spawn     = unix.CLONE_NEWPID | unix.CLONE_VM | unix.CLONE_VFORK | uint64(unix.SIGCHLD)
		dgram     = unix.SOCK_DGRAM | unix.SOCK_CLOEXEC
		makesFile = unix.O_RDWR | unix.O_CREAT
	)
	flags := func(f uint64) []uint64 {
		args := make([]uint64, 2)
		args[cloneFlagsArg] = f
		return args
	}
	tests := []struct {
		name           string
		call           uint32
		args           []uint64
		none, netAdmin uint32
	}{
		{"our spawn", unix.SYS_CLONE, flags(spawn), allowed, allowed},
		{"our spawn and a user namespace", unix.SYS_CLONE, flags(spawn | unix.CLONE_NEWUSER), notAllowed, notAllowed},
		{"the spawn's own SIGKILL", unix.SYS_KILL, []uint64{1, 9}, pretend, pretend},
		{"SIGKILL to another", unix.SYS_KILL, []uint64{2, 9}, notAllowed, notAllowed},
		{"another signal", unix.SYS_KILL, []uint64{1, 15}, notAllowed, notAllowed},
		{"SIGKILL to a group", unix.SYS_KILL, []uint64{^uint64(0), 9}, notAllowed, notAllowed},
		{"rtnetlink", unix.SYS_SOCKET, []uint64{unix.AF_NETLINK, unix.SOCK_RAW, unix.NETLINK_ROUTE}, inspect, inspect},
		{"audit netlink", unix.SYS_SOCKET, []uint64{unix.AF_NETLINK, unix.SOCK_RAW, unix.NETLINK_AUDIT}, notAllowed, notAllowed},
		{"control socket", unix.SYS_SOCKET, []uint64{unix.AF_INET, dgram, 0}, inspect, inspect},
		{"raw socket", unix.SYS_SOCKET, []uint64{unix.AF_INET6, unix.SOCK_RAW, 58}, notAllowed, notAllowed},
		{"family with high bits", unix.SYS_SOCKET, []uint64{high | unix.AF_INET, dgram, 0}, inspect, inspect},
		{"read", unix.SYS_OPENAT, []uint64{0, 0, unix.O_RDONLY | unix.O_DIRECTORY}, allowed, allowed},
		{"write", unix.SYS_OPENAT, []uint64{0, 0, unix.O_WRONLY}, notAllowed, inspect},
		{"read and write", unix.SYS_OPENAT, []uint64{0, 0, unix.O_RDWR}, notAllowed, inspect},
		{"ioctl only", unix.SYS_OPENAT, []uint64{0, 0, unix.O_ACCMODE}, notAllowed, notAllowed},
		{"create", unix.SYS_OPENAT, []uint64{0, 0, makesFile}, notAllowed, notAllowed},
		{"SIOCGIFFLAGS", unix.SYS_IOCTL, []uint64{3, unix.SIOCGIFFLAGS}, allowed, allowed},
		{"TCGETS", unix.SYS_IOCTL, []uint64{1, unix.TCGETS}, allowed, allowed},
		{"TUNSETIFF", unix.SYS_IOCTL, []uint64{3, unix.TUNSETIFF}, notAllowed, allowed},
		{"TUNSETPERSIST", unix.SYS_IOCTL, []uint64{3, unix.TUNSETPERSIST}, notAllowed, allowed},
		{"TUNATTACHFILTER", unix.SYS_IOCTL, []uint64{3, unix.TUNATTACHFILTER}, notAllowed, notAllowed},
		{"death by SIGKILL", unix.SYS_PRCTL, []uint64{unix.PR_SET_PDEATHSIG, 9}, allowed, allowed},
		{"ambient lowering", unix.SYS_PRCTL, []uint64{unix.PR_CAP_AMBIENT, unix.PR_CAP_AMBIENT_LOWER}, notAllowed, notAllowed},
		{"strict netlink", unix.SYS_SETSOCKOPT, []uint64{3, unix.SOL_NETLINK, 12}, allowed, allowed},
		{"write to stdout", unix.SYS_WRITE, []uint64{1, 0, 4096}, allowed, allowed},
		{"write of the runtime to a pipe", unix.SYS_WRITE, []uint64{9, 0, 8}, allowed, allowed},
		{"write that may be a message", unix.SYS_WRITE, []uint64{3, 0, 16}, inspect, inspect},
		{"writev to stderr", unix.SYS_WRITEV, []uint64{2, 0, 1}, allowed, allowed},
		{"writev elsewhere", unix.SYS_WRITEV, []uint64{3, 0, 1}, inspect, inspect},
		{"IPv6 options", unix.SYS_SETSOCKOPT, []uint64{3, unix.SOL_IPV6, 64}, notAllowed, notAllowed},
	}
	programs := map[Privilege][]unix.SockFilter{None: filter(None), NetAdmin: filter(NetAdmin)}
	for _, tt := range tests {
		for p, want := range map[Privilege]uint32{None: tt.none, NetAdmin: tt.netAdmin} {
			t.Run(fmt.Sprintf("%s/%v", tt.name, p), func(t *testing.T) {
				d := syscallData{call: tt.call, arch: auditArch}
				copy(d.args[:], tt.args)
				if got := evaluate(t, programs[p], d); got != want {
					t.Errorf("answer %#x, want %#x", got, want)
				}
			})
		}
	}
}
