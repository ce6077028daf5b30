package cage

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

const netAdminBit = "0000000000001000"

func TestWhatTheCommandIs(t *testing.T) {
	ns := newNetNS(t)
	who, err := caged()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("IP_LIB_DIR", "/tmp/evil")
	inherited, err := unix.Dup(ns) // which is not close-on-exec
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(inherited)
	for p, caps := range map[Privilege]string{None: "0000000000000000", NetAdmin: netAdminBit} {
		t.Run(p.String(), func(t *testing.T) {
			got := fields(succeed(t, openCage(t, ns, probe(t), p), "status"))
			id := func(n uint32) string { return strings.TrimSpace(strings.Repeat(fmt.Sprint(n)+" ", 4)) }
			want := map[string]string{
				"Uid": id(who.uid), "Gid": id(who.gid),
				"CapInh": caps, "CapPrm": caps, "CapEff": caps, "CapBnd": caps, "CapAmb": caps,
				"NoNewPrivs": "1", "Seccomp": "2", "Threads": "1",
				"Environment": "0", "Argv0": "ip", "Pid": "1", "Cwd": "/", "Stdin": "/dev/null",
				"Netns": netnsName(t, ns), "Leaked": "",
			}
			if !who.keepsGroups {
				want["Groups"] = ""
			}
			for name, value := range want {
				if got[name] != value {
					t.Errorf("%s is %q, want %q", name, got[name], value)
				}
			}
			if !strings.HasSuffix(got["NSpid"], " 1") {
				t.Errorf("NSpid is %q, want pid 1 of a deeper namespace", got["NSpid"])
			}
		})
	}
}

// TestSealListed is for kernels which cannot seal a range.
func TestSealListed(t *testing.T) {
	inherited, err := unix.Dup(2)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(inherited)
	if err := sealListed(); err != nil {
		t.Fatal(err)
	}
	for fd, want := range map[int]int{inherited: unix.FD_CLOEXEC, 2: 0} {
		if got, err := unix.FcntlInt(uintptr(fd), unix.F_GETFD, 0); err != nil || got != want {
			t.Errorf("descriptor %d has flags %d (%v), want %d", fd, got, err, want)
		}
	}
}

func netnsName(t *testing.T, ns int) string {
	t.Helper()
	var stat unix.Stat_t
	if err := unix.Fstat(ns, &stat); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("net:[%d]", stat.Ino)
}

// TestProcessStaysFree: the walls bind the cage's thread, not the plugin.
func TestProcessStaysFree(t *testing.T) {
	before := ownStatus(t)
	c := openCage(t, newNetNS(t), probe(t), None)
	succeed(t, c, "exit", "0")
	if got := ownStatus(t); got != before {
		t.Errorf("the process became\n%s\nfrom\n%s", got, before)
	}
}

func ownStatus(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	f := fields(string(text))
	ns, err := os.Readlink("/proc/self/ns/net")
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, name := range []string{"Uid", "CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb", "NoNewPrivs", "Seccomp"} {
		fmt.Fprintln(&b, name, f[name])
	}
	return b.String() + ns
}

// Addresses are 0 or 1 where the call takes a pointer, so that the kernel would
// answer EFAULT or succeed, but not EPERM, if the filter let the call through.
func TestForbiddenCalls(t *testing.T) {
	tests := []struct {
		name string
		argv []uint64
		want unix.Errno
	}{
		{"unshare user", []uint64{unix.SYS_UNSHARE, unix.CLONE_NEWUSER}, unix.EPERM},
		{"unshare nothing", []uint64{unix.SYS_UNSHARE, 0}, unix.EPERM},
		{"setns", []uint64{unix.SYS_SETNS, 99, 0}, unix.EPERM},
		{"mount", []uint64{unix.SYS_MOUNT, 1, 1, 1, 0, 0}, unix.EPERM},
		{"umount2", []uint64{unix.SYS_UMOUNT2, 1, 0}, unix.EPERM},
		{"pivot_root", []uint64{unix.SYS_PIVOT_ROOT, 1, 1}, unix.EPERM},
		{"chroot", []uint64{unix.SYS_CHROOT, 1}, unix.EPERM},
		{"fsopen", []uint64{unix.SYS_FSOPEN, 1, 0}, unix.ENOSYS},
		{"move_mount", []uint64{unix.SYS_MOVE_MOUNT, 0, 1, 0, 1, 0}, unix.ENOSYS},
		{"open_tree", []uint64{unix.SYS_OPEN_TREE, 0, 1, 0}, unix.ENOSYS},
		{"bpf", []uint64{unix.SYS_BPF, 0, 1, 8}, unix.EPERM},
		{"ptrace traceme", []uint64{unix.SYS_PTRACE, 0, 0, 0, 0}, unix.EPERM},
		{"process_vm_readv", []uint64{unix.SYS_PROCESS_VM_READV, 1, 0, 0, 0, 0, 0}, unix.EPERM},
		{"process_vm_writev", []uint64{unix.SYS_PROCESS_VM_WRITEV, 1, 0, 0, 0, 0, 0}, unix.EPERM},
		{"pidfd_open", []uint64{unix.SYS_PIDFD_OPEN, 1, 0}, unix.ENOSYS},
		{"pidfd_getfd", []uint64{unix.SYS_PIDFD_GETFD, 1, 0, 0}, unix.ENOSYS},
		{"clone as fork", []uint64{unix.SYS_CLONE, uint64(unix.SIGCHLD)}, unix.EPERM},
		{"clone as vfork", []uint64{unix.SYS_CLONE, unix.CLONE_VM | unix.CLONE_VFORK | uint64(unix.SIGCHLD)}, unix.EPERM},
		{"clone of a thread", []uint64{unix.SYS_CLONE, unix.CLONE_VM | unix.CLONE_THREAD | unix.CLONE_SIGHAND}, unix.EPERM},
		{"clone into a user namespace", []uint64{unix.SYS_CLONE, unix.CLONE_NEWUSER | unix.CLONE_NEWPID | uint64(unix.SIGCHLD)}, unix.EPERM},
		{"clone exactly as the spawn", []uint64{unix.SYS_CLONE, unix.CLONE_NEWPID | unix.CLONE_VM | unix.CLONE_VFORK | uint64(unix.SIGCHLD)}, unix.EPERM},
		{"clone3", []uint64{unix.SYS_CLONE3, 1, 88}, unix.ENOSYS},
		{"execveat", []uint64{unix.SYS_EXECVEAT, 0, 1, 1, 1, 0}, unix.EPERM},
		{"kill all", []uint64{unix.SYS_KILL, ^uint64(0), 0}, unix.EPERM},
		{"kill another", []uint64{unix.SYS_KILL, 2, 9}, unix.EPERM},
		{"tkill", []uint64{unix.SYS_TKILL, 2, 9}, unix.EPERM},
		{"keyctl", []uint64{unix.SYS_KEYCTL, 0, 0, 0}, unix.EPERM},
		{"add_key", []uint64{unix.SYS_ADD_KEY, 1, 1, 0, 0, 0}, unix.EPERM},
		{"init_module", []uint64{unix.SYS_INIT_MODULE, 1, 0, 1}, unix.EPERM},
		{"finit_module", []uint64{unix.SYS_FINIT_MODULE, 99, 1, 0}, unix.EPERM},
		{"kexec_load", []uint64{unix.SYS_KEXEC_LOAD, 0, 0, 1, 0}, unix.EPERM},
		{"swapon", []uint64{unix.SYS_SWAPON, 1, 0}, unix.EPERM},
		{"unlinkat", []uint64{unix.SYS_UNLINKAT, 0, 1, 0}, unix.EPERM},
		{"renameat2", []uint64{unix.SYS_RENAMEAT2, 0, 1, 0, 1, 0}, unix.EPERM},
		{"mkdirat", []uint64{unix.SYS_MKDIRAT, 0, 1, 0}, unix.EPERM},
		{"linkat", []uint64{unix.SYS_LINKAT, 0, 1, 0, 1, 0}, unix.EPERM},
		{"symlinkat", []uint64{unix.SYS_SYMLINKAT, 1, 0, 1}, unix.EPERM},
		{"mknodat", []uint64{unix.SYS_MKNODAT, 0, 1, unix.S_IFIFO, 0}, unix.EPERM},
		{"fchmod", []uint64{unix.SYS_FCHMOD, 99, 0}, unix.EPERM},
		{"fchown", []uint64{unix.SYS_FCHOWN, 99, 0, 0}, unix.EPERM},
		{"ftruncate", []uint64{unix.SYS_FTRUNCATE, 99, 0}, unix.EPERM},
		{"utimensat", []uint64{unix.SYS_UTIMENSAT, 99, 0, 0, 0}, unix.EPERM},
		{"fsetxattr", []uint64{unix.SYS_FSETXATTR, 99, 1, 1, 0, 0}, unix.EPERM},
		{"inotify_init1", []uint64{unix.SYS_INOTIFY_INIT1, 0}, unix.EPERM},
		{"io_uring_setup", []uint64{unix.SYS_IO_URING_SETUP, 1, 1}, unix.ENOSYS},
		{"userfaultfd", []uint64{unix.SYS_USERFAULTFD, 0}, unix.EPERM},
		{"perf_event_open", []uint64{unix.SYS_PERF_EVENT_OPEN, 1, 0, 0, 0, 0}, unix.EPERM},
		{"open_by_handle_at", []uint64{unix.SYS_OPEN_BY_HANDLE_AT, 0, 1, 0}, unix.EPERM},
		{"memfd_create", []uint64{unix.SYS_MEMFD_CREATE, 1, 0}, unix.EPERM},
		{"seccomp", []uint64{unix.SYS_SECCOMP, 2, 0, 1}, unix.EPERM},
		{"shmget", []uint64{unix.SYS_SHMGET, 0, 4096, 0o1600}, unix.EPERM},
		{"openat2", []uint64{unix.SYS_OPENAT2, 0, 1, 1, 24}, unix.ENOSYS},
		{"socketpair", []uint64{unix.SYS_SOCKETPAIR, unix.AF_UNIX, unix.SOCK_STREAM, 0, 1}, unix.EPERM},
		{"unix socket", []uint64{unix.SYS_SOCKET, unix.AF_UNIX, unix.SOCK_STREAM, 0}, unix.EPERM},
		{"packet socket", []uint64{unix.SYS_SOCKET, unix.AF_PACKET, unix.SOCK_DGRAM, 0}, unix.EPERM},
		{"vsock socket", []uint64{unix.SYS_SOCKET, unix.AF_VSOCK, unix.SOCK_STREAM, 0}, unix.EPERM},
		{"tcp socket", []uint64{unix.SYS_SOCKET, unix.AF_INET, unix.SOCK_STREAM, 0}, unix.EPERM},
		{"netfilter netlink", []uint64{unix.SYS_SOCKET, unix.AF_NETLINK, unix.SOCK_RAW, unix.NETLINK_NETFILTER}, unix.EPERM},
		{"iptables by setsockopt", []uint64{unix.SYS_SETSOCKOPT, 99, unix.SOL_IP, 64, 0, 0}, unix.EPERM},
		{"prctl dumpable", []uint64{unix.SYS_PRCTL, unix.PR_SET_DUMPABLE, 1}, unix.EPERM},
		{"prctl no death signal", []uint64{unix.SYS_PRCTL, unix.PR_SET_PDEATHSIG, 0}, unix.EPERM},
		{"prctl ptracer", []uint64{unix.SYS_PRCTL, unix.PR_SET_PTRACER, ^uint64(0)}, unix.EPERM},
		{"ioctl TIOCSTI", []uint64{unix.SYS_IOCTL, 99, unix.TIOCSTI, 0}, unix.EPERM},
		{"ioctl of a block device", []uint64{unix.SYS_IOCTL, 99, unix.BLKRRPART, 0}, unix.EPERM},
		{"fcntl lease", []uint64{unix.SYS_FCNTL, 99, unix.F_SETLEASE, 0}, unix.EPERM},
		{"fcntl owner", []uint64{unix.SYS_FCNTL, 99, unix.F_SETOWN, 1}, unix.EPERM},
	}
	ns := newNetNS(t)
	for _, p := range []Privilege{None, NetAdmin} {
		c := openCage(t, ns, probe(t), p)
		for _, tt := range tests {
			t.Run(p.String()+"/"+tt.name, func(t *testing.T) {
				argv := []string{"call"}
				for _, a := range tt.argv {
					argv = append(argv, strconv.FormatUint(a, 10))
				}
				if got := errno(t, c, argv...); got != tt.want {
					t.Errorf("answered %d (%v), want %v", got, got, tt.want)
				}
			})
		}
	}
}

func TestFilesOpenForReadingOnly(t *testing.T) {
	ns := newNetNS(t)
	dir := publicDir(t)
	public := dir + "/public"
	if err := os.WriteFile(public, []byte("x"), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(public, 0o666); err != nil {
		t.Fatal(err)
	}
	const creates = unix.O_CREAT | unix.O_RDWR
	tests := []struct {
		path     string
		flags    uint64
		none     unix.Errno
		netAdmin unix.Errno
	}{
		{public, unix.O_RDONLY | unix.O_CLOEXEC, 0, 0},
		{public, unix.O_RDWR, unix.EPERM, 0},
		{public, unix.O_WRONLY, unix.EPERM, 0},
		{public, unix.O_RDONLY | unix.O_TRUNC, unix.EPERM, unix.EPERM},
		{public, unix.O_WRONLY | unix.O_APPEND, unix.EPERM, unix.EPERM},
		{dir + "/new", creates, unix.EPERM, unix.EPERM},
		{"/tmp", unix.O_TMPFILE | unix.O_RDWR, unix.EPERM, unix.EPERM},
		{"/proc/self/mem", unix.O_RDWR, unix.EPERM, 0},
	}
	for i, p := range []Privilege{None, NetAdmin} {
		c := openCage(t, ns, probe(t), p)
		for _, tt := range tests {
			t.Run(fmt.Sprintf("%v/%s %#x", p, tt.path, tt.flags), func(t *testing.T) {
				want := []unix.Errno{tt.none, tt.netAdmin}[i]
				if got := errno(t, c, "open", tt.path, strconv.FormatUint(tt.flags, 10)); got != want {
					t.Errorf("answered %v, want %v", got, want)
				}
			})
		}
	}
}

func TestOtherCallTablesKill(t *testing.T) {
	c := openCage(t, newNetNS(t), probe(t), NetAdmin)
	tests := []struct {
		name, arch string
		argv       []string
	}{
		{"i386 call by int 0x80", "amd64", []string{"int80"}},
		{"x32 unshare", "amd64", []string{"call", strconv.Itoa(x32Bit + unix.SYS_UNSHARE), strconv.Itoa(unix.CLONE_NEWUSER)}},
		{"x32 getpid", "amd64", []string{"call", strconv.Itoa(x32Bit + unix.SYS_GETPID)}},
		{"a number below zero", "", []string{"call", "-1"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.arch != "" && tt.arch != runtime.GOARCH {
				t.Skip("only " + tt.arch + " has it")
			}
			if o := run(t, c, tt.argv...); o.Signal != unix.SIGSYS || o.ExitCode != -1 {
				t.Errorf("exit code %d, signal %v: want SIGSYS", o.ExitCode, o.Signal)
			}
		})
	}
}

// TestSecondExecve shows what remains of execve: the same walls.
func TestSecondExecve(t *testing.T) {
	ns := newNetNS(t)
	for p, caps := range map[Privilege]string{None: "0000000000000000", NetAdmin: netAdminBit} {
		got := fields(succeed(t, openCage(t, ns, probe(t), p), "exec", probe(t), "status"))
		if got["CapEff"] != caps || got["CapBnd"] != caps || got["NoNewPrivs"] != "1" || got["Seccomp"] != "2" {
			t.Errorf("%v: after another execve: %v", p, got)
		}
	}
}
