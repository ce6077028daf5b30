package cage

import (
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/chainsaw-cni/chainsaw/shared/idmap"
)

// walls are the tests that must pass in a user namespace too.
const walls = "^(TestWhatTheCommandIs|TestProcessStaysFree|TestForbiddenCalls|TestFilesOpenForReadingOnly|" +
	"TestOtherCallTablesKill|TestSecondExecve|TestContextEndsCommand|TestCommandsDieWithThePlugin|TestCommandDiesWithTheThread|" +
	"TestNoPrivilegeChangesNothing|TestNetAdminChangesTheNetns|TestMessagesThatLeave|TestHostileSenders|TestWithoutPrivilegeOnlyReadsAreSent|TestWhatTheParserRefusesIsHarmless|TestWeakened)$"

const weakenedVariable = "CAGE_TEST_WEAKENED"

func TestInUserNamespace(t *testing.T) {
	ids := func(r idmap.Range) []syscall.SysProcIDMap {
		return []syscall.SysProcIDMap{{ContainerID: int(r.Inside), HostID: int(r.Outside), Size: int(r.Count)}}
	}
	one := idmap.Range{Outside: 12345, Count: 1}
	if os.Getuid() != 0 { // who may map nobody else; a gid is usually the same
		one.Outside = uint32(os.Getuid())
	}
	tests := []struct {
		name      string
		mapping   idmap.Range
		setgroups bool
		weakened  string
	}{
		{"one uid", one, false, "this user namespace has one uid, so commands keep it (0), and the groups of this process"},
		{"many uids", idmap.Range{Outside: 200000, Count: 65536}, true, "lacks uid 2091507712, so commands run as 65535:65535"},
		{"the whole range", idmap.Range{Count: 1<<32 - 1}, true, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			runAgain(t, walls, func(cmd *exec.Cmd) {
				cmd.Env = append(cmd.Env, weakenedVariable+"="+tt.weakened, privateMounts+"=1")
				cmd.SysProcAttr = &syscall.SysProcAttr{
					Cloneflags:                 syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS | syscall.CLONE_NEWNET,
					UidMappings:                ids(tt.mapping),
					GidMappings:                ids(tt.mapping),
					GidMappingsEnableSetgroups: tt.setgroups,
					Credential:                 &syscall.Credential{NoSetGroups: true},
				}
			})
		})
	}
}

func TestWeakened(t *testing.T) {
	want, set := os.LookupEnv(weakenedVariable)
	if uids, err := idmap.UIDs(); err != nil || !set && !uids.Initial() {
		t.Skipf("which user namespace this is, TestInUserNamespace knows (%v)", err)
	}
	if got := Weakened(); !strings.Contains(got, want) || (want == "") != (got == "") {
		t.Errorf("%q, want %q", got, want)
	}
}
