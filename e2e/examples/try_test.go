package examples

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// bin is where `make build` puts the executables.
const bin = "../../bin"

// user is somebody who runs chainsawctl.
type user struct {
	bin        string
	home       string // a folder that the user can read; "" where all can be read
	credential *syscall.Credential
	missing    string // why there is no such user
}

func thisUser(t *testing.T) user {
	t.Helper()
	path, err := filepath.Abs(bin)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"chainsawctl", "chainsaw", "cni/bridge"} {
		if _, err := os.Stat(filepath.Join(path, name)); err != nil {
			t.Fatalf("%v: run `make build` first", err)
		}
	}
	return user{bin: path}
}

// unprivileged is nobody, who cannot look into a checkout in somebody's home.
func unprivileged(t *testing.T) user {
	t.Helper()
	if os.Getuid() != 0 {
		return user{missing: "these tests run without root as it is"}
	}
	ids, err := os.ReadFile("/proc/self/uid_map")
	if err != nil {
		t.Fatal(err)
	}
	if fields := strings.Fields(string(ids)); len(fields) != 3 || fields[2] == "1" {
		return user{missing: "this user namespace has one user only"}
	}
	home := t.TempDir()
	for _, folder := range []string{filepath.Dir(home), home} {
		if err := os.Chmod(folder, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	u := user{bin: filepath.Join(home, "bin"), home: home, credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	if err := os.CopyFS(u.bin, os.DirFS(thisUser(t).bin)); err != nil {
		t.Fatal(err)
	}
	return u
}

func (u user) check(t *testing.T) {
	t.Helper()
	if u.missing != "" {
		t.Skip(u.missing)
	}
	probe := exec.CommandContext(t.Context(), "/bin/true")
	probe.SysProcAttr = &syscall.SysProcAttr{Credential: u.credential}
	if u.credential != nil {
		probe = exec.CommandContext(t.Context(), "unshare", "--user", "--map-root-user", "/bin/true")
		probe.SysProcAttr = &syscall.SysProcAttr{Credential: u.credential}
	}
	if out, err := probe.CombinedOutput(); err != nil {
		t.Skipf("users may not make user namespaces here: %v: %s", err, out)
	}
}

// copied is a file where the user can read it.
func (u user) copied(t *testing.T, file string) string {
	t.Helper()
	if u.home == "" {
		return file
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return u.written(t, string(text))
}

func (u user) written(t *testing.T, text string) string {
	t.Helper()
	folder := u.home
	if folder == "" {
		folder = t.TempDir()
	}
	f, err := os.CreateTemp(folder, "*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteString(text); err != nil {
		t.Fatal(err)
	}
	if err := f.Chmod(0o644); err != nil {
		t.Fatal(err)
	}
	return f.Name()
}

func (u user) command(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), filepath.Join(u.bin, "chainsawctl"), append([]string{"try"}, args...)...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: u.credential}
	cmd.Env = []string{}
	return cmd
}

// try runs `chainsawctl try` and returns what it wrote, and its exit code.
func (u user) try(t *testing.T, args ...string) (out string, code int) {
	t.Helper()
	cmd := u.command(t, args...)
	var both bytes.Buffer
	cmd.Stdout, cmd.Stderr = &both, &both
	err := cmd.Run()
	if failed, ok := errors.AsType[*exec.ExitError](err); ok {
		return both.String(), failed.ExitCode()
	}
	if err != nil {
		t.Fatal(err)
	}
	return both.String(), 0
}

var random = []struct {
	pattern *regexp.Regexp
	name    string
}{
	{regexp.MustCompile(`netns exec [0-9a-f]{12} `), "netns exec NETNS "},
	{regexp.MustCompile(`\bmac ([0-9a-f]{2}:){5}[0-9a-f]{2}\b`), "mac MAC"},
}

// wantLines wants these lines in this order, others between them allowed.
func wantLines(t *testing.T, out string, want []string) {
	t.Helper()
	plain := out
	for _, r := range random {
		plain = r.pattern.ReplaceAllString(plain, r.name)
	}
	lines := strings.Split(plain, "\n")
	for _, line := range want {
		at := 0
		for at < len(lines) && lines[at] != line {
			at++
		}
		if at == len(lines) {
			t.Fatalf("%q is missing, or not at its place, in\n%s", line, out)
		}
		lines = lines[at+1:]
	}
}
