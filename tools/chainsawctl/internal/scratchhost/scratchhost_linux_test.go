package scratchhost

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// works is what the scratch hosts of these tests do: the test's executable
// starts itself again, with the name of one as its only argument.
var works = map[string]Work{
	"look":  look,
	"write": write,
	"netns": makeNetNS,
	"fail":  func(json.RawMessage, []string) (int, error) { return 0, errors.New("out of order") },
	"die":   func(json.RawMessage, []string) (int, error) { os.Exit(9); return 0, nil },
	"hang":  func(json.RawMessage, []string) (int, error) { fmt.Println("hanging"); select {} },
	"read":  read,
	"nobody": func(json.RawMessage, []string) (int, error) {
		fmt.Println(os.Getuid(), os.Getenv("SECRET"))
		return 0, nil
	},
}

func TestMain(m *testing.M) {
	if len(os.Args) == 2 {
		if work, found := works[os.Args[1]]; found {
			Inside(work)
		}
	}
	os.Exit(m.Run())
}

func run(t *testing.T, h Host) (out string, code, pid int, err error) {
	t.Helper()
	var buffer bytes.Buffer
	h.Out, h.ErrOut = &buffer, os.Stderr
	code, pid, err = h.Run(t.Context())
	if errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.ENOSPC) {
		t.Skipf("no scratch host can be made here: %v", err)
	}
	return buffer.String(), code, pid, err
}

// look prints what tells one host from another.
func look(job json.RawMessage, folders []string) (int, error) {
	interfaces, err := net.Interfaces()
	if err != nil {
		return 0, err
	}
	for _, i := range interfaces {
		fmt.Println("interface", i.Name, i.Flags&net.FlagUp != 0)
	}
	fmt.Println("pid", os.Getpid())
	fmt.Println("job", string(job))
	for _, folder := range folders {
		text, err := os.ReadFile(filepath.Join(folder, "file"))
		if err != nil {
			return 0, err
		}
		fmt.Println("file", string(text), os.WriteFile(filepath.Join(folder, "file"), nil, 0o600) != nil)
	}
	for _, folder := range []string{"/run", "/var/lib", "/tmp"} {
		fmt.Println(folder, os.WriteFile(filepath.Join(folder, "of-the-scratch-host"), nil, 0o600))
	}
	return 7, nil
}

func TestRunIsAHostOfItsOwn(t *testing.T) {
	folder := t.TempDir() // under /tmp, which is empty inside
	if err := os.WriteFile(filepath.Join(folder, "file"), []byte("seen"), 0o644); err != nil {
		t.Fatal(err)
	}
	out, code, _, err := run(t, Host{Args: []string{"look"}, Job: []string{"x"}, Folders: []string{folder}})
	want := "interface lo true\npid 1\njob [\"x\"]\nfile seen true\n/run <nil>\n/var/lib <nil>\n/tmp <nil>\n"
	if out != want || code != 7 || err != nil {
		t.Errorf("got code %d, error %v and\n%swant code 7 and\n%s", code, err, out, want)
	}
	for _, folder := range []string{"/run", "/var/lib", "/tmp"} {
		if _, err := os.Lstat(filepath.Join(folder, "of-the-scratch-host")); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s of this machine was written to", folder)
		}
	}
}

// read prints files, and whether more can be put beside them.
func read(job json.RawMessage, _ []string) (int, error) {
	var paths []string
	if err := json.Unmarshal(job, &paths); err != nil {
		return 0, err
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return 0, err
		}
		fmt.Println(string(text), os.WriteFile(path+".new", nil, 0o600) == nil)
	}
	return 0, nil
}

func TestRunPlacesFiles(t *testing.T) {
	files := []File{{"/etc/scratchhost/file", []byte("laid over /etc")}, {"/var/lib/scratchhost/file", []byte("in a fresh folder")}}
	out, _, _, err := run(t, Host{Args: []string{"read"}, Job: []string{files[0].Path, files[1].Path}, Files: files})
	if want := "laid over /etc false\nin a fresh folder true\n"; out != want || err != nil {
		t.Errorf("got %v and\n%swant\n%s", err, out, want)
	}
}

// write tries what a scratch host must not let happen.
func write(job json.RawMessage, _ []string) (int, error) {
	var folder string
	if err := json.Unmarshal(job, &folder); err != nil {
		return 0, err
	}
	for _, path := range []string{folder + "/new", "/etc/cron.d/new", "/proc/sys/kernel/domainname", "/proc/sysrq-trigger", "/sys/kernel/mm/ksm/run"} {
		f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE, 0o600)
		if err == nil {
			f.Close()
			fmt.Println("could open", path)
		}
	}
	return 0, os.WriteFile("/proc/sys/net/ipv4/ip_forward", []byte("1"), 0)
}

func TestRunLeavesTheMachineAlone(t *testing.T) {
	const sysctl = "/proc/sys/net/ipv4/ip_forward"
	before, err := os.ReadFile(sysctl)
	if err != nil {
		t.Fatal(err)
	}
	folder, err := os.Getwd() // is none of those that are fresh
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Remove(filepath.Join(folder, "new")) })
	out, _, _, err := run(t, Host{Args: []string{"write"}, Job: folder})
	if out != "" || err != nil {
		t.Errorf("inside: %v\n%s", err, out)
	}
	if after, err := os.ReadFile(sysctl); err != nil || !bytes.Equal(before, after) {
		t.Errorf("ip_forward of this machine was %s and is %s, %v", before, after, err)
	}
}

// makeNetNS makes two, which are neither each other nor the host's.
func makeNetNS(json.RawMessage, []string) (int, error) {
	seen := make(map[uint64]bool)
	for _, path := range []string{"a", "b", "/proc/1/ns/net", "/proc/thread-self/ns/net"} {
		if !filepath.IsAbs(path) {
			made, err := NewNetNS(path)
			if err != nil {
				return 0, err
			}
			path = made
		}
		var stat unix.Stat_t
		if err := unix.Stat(path, &stat); err != nil {
			return 0, err
		}
		seen[stat.Ino] = true
	}
	return len(seen), nil
}

func TestNewNetNSIsNotTheHosts(t *testing.T) {
	for range 20 { // the main thread has its turn, too
		_, code, _, err := run(t, Host{Args: []string{"netns"}})
		if err != nil || code != 3 {
			t.Fatalf("there are %d different netns, want 3; %v", code, err)
		}
	}
}

func TestRunHandsOnFailures(t *testing.T) {
	for work, want := range map[string]string{"fail": "out of order", "die": "ended before its work was done"} {
		if _, _, _, err := run(t, Host{Args: []string{work}}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: the error is %v, want %q", work, err, want)
		}
	}
	missing := Host{Args: []string{"look"}, Folders: []string{"/no/such/folder"}}
	if _, _, _, err := run(t, missing); err == nil || !strings.Contains(err.Error(), "/no/such/folder") {
		t.Errorf("the error is %v", err)
	}
}

func TestRunEmptiesTheEnvironment(t *testing.T) {
	t.Setenv("SECRET", "token")
	if out, _, _, err := run(t, Host{Args: []string{"nobody"}}); out != "0 \n" || err != nil {
		t.Errorf("got %q, %v", out, err)
	}
}

func TestInsideRefusesTheMachineItself(t *testing.T) {
	cmd := exec.CommandContext(t.Context(), "/proc/self/exe", "look")
	cmd.Stdin = strings.NewReader(`not even an order, in case it is read`)
	out, err := cmd.CombinedOutput()
	if failed, ok := errors.AsType[*exec.ExitError](err); !ok || failed.ExitCode() != 2 {
		t.Errorf("got %v and %q, want exit code 2", err, out)
	}
}

// canceler cancels at the first output.
type canceler struct{ cancel func() }

func (c canceler) Write(b []byte) (int, error) { c.cancel(); return len(b), nil }

func TestRunEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	_, _, err := Host{Args: []string{"hang"}, Out: canceler{cancel}, ErrOut: os.Stderr}.Run(ctx)
	if errors.Is(err, syscall.EPERM) {
		t.Skipf("no scratch host can be made here: %v", err)
	}
	if !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v, want that of the context", err)
	}
}

func TestKeptHostLivesUntilItIsKilled(t *testing.T) {
	_, code, pid, err := run(t, Host{Args: []string{"netns"}, Keep: true})
	if err != nil || code != 3 {
		t.Fatalf("got code %d, %v", code, err)
	}
	init, err := os.FindProcess(pid)
	if err != nil {
		t.Fatal(err)
	}
	timeout := time.AfterFunc(10*time.Second, func() { _ = init.Kill() })
	var ns unix.Statfs_t
	if err := unix.Statfs(fmt.Sprintf("/proc/%d/root/run/netns/a", pid), &ns); err != nil || ns.Type != unix.NSFS_MAGIC {
		t.Errorf("the netns is not where it is said to be: %v", err)
	}
	if err := init.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if _, err := init.Wait(); err != nil {
		t.Fatal(err)
	}
	if !timeout.Stop() {
		t.Error("a plain kill did not end it")
	}
}
