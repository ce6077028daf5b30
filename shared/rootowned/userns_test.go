package rootowned

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

const namespaceVariable = "ROOTOWNED_TEST_TRUSTED"

// TestHostRootInUserNamespace runs TestPasswdInNamespace as an ordinary user
// who made a user namespace.
func TestHostRootInUserNamespace(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("no right to become another user: run as root")
	}
	self := publicSelf(t)
	tests := []struct {
		name    string
		size    int
		trusted string
	}{
		{"with one uid the host's root is trusted", 1, "yes"},
		{"with more it is not told from others", 65536, "no"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			mapping := []syscall.SysProcIDMap{{HostID: 200000, Size: tt.size}}
			cmd := exec.CommandContext(t.Context(), self, "-test.run=^TestPasswdInNamespace$", "-test.v")
			cmd.Env = append(os.Environ(), namespaceVariable+"="+tt.trusted)
			cmd.SysProcAttr = &syscall.SysProcAttr{
				Cloneflags:  syscall.CLONE_NEWUSER,
				UidMappings: mapping, GidMappings: mapping,
				Credential: &syscall.Credential{NoSetGroups: true},
			}
			out, err := cmd.CombinedOutput()
			if cmd.Process == nil {
				t.Skipf("no right to make a user namespace: %v", err)
			}
			if err != nil || !strings.Contains(string(out), "--- PASS") {
				t.Errorf("%v: %s", err, out)
			}
		})
	}
}

func TestPasswdInNamespace(t *testing.T) {
	want := os.Getenv(namespaceVariable)
	if want == "" {
		t.Skip("TestHostRootInUserNamespace runs it in a user namespace")
	}
	if err := File("/etc/passwd"); (err == nil) != (want == "yes") {
		t.Errorf("/etc/passwd: %v, want trusted: %s", err, want)
	}
}

// publicSelf is a copy of this executable where another user may run it.
func publicSelf(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.Chmod(filepath.Dir(dir), 0o755); err != nil {
		t.Fatal(err)
	}
	from, err := os.Open("/proc/self/exe")
	if err != nil {
		t.Fatal(err)
	}
	defer from.Close()
	to, err := os.OpenFile(dir+"/self", os.O_CREATE|os.O_WRONLY, 0o755)
	if err != nil {
		t.Fatal(err)
	}
	defer to.Close()
	if _, err := io.Copy(to, from); err != nil {
		t.Fatal(err)
	}
	return to.Name()
}
