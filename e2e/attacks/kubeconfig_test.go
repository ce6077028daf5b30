package attacks

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/chainsaw-cni/chainsaw/shared/apihelper"
)

// theirs is a kubeconfig that a pod could write into a volume of its own.
const theirs = `
apiVersion: v1
kind: Config
current-context: c
contexts: [{name: c, context: {cluster: c, user: u}}]
clusters: [{name: c, cluster: {server: "https://127.0.0.1:1", insecure-skip-tls-verify: SKIP}}]
users: [{name: u, user: {USER}}]
`

const runs = `exec: {apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never, command: /bin/sh, args: [-c, ": > CANARY"]}`

// install puts the helper where it is installed on a node without chainsawd.
func install(t *testing.T) {
	t.Helper()
	helper, err := os.ReadFile(filepath.Join(bin, "chainsaw-lookup"))
	if err != nil {
		t.Fatal(err)
	}
	const folder = "/var/lib/chainsaw/bin"
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder, "chainsaw-lookup")
	if err := os.WriteFile(path, helper, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Remove(path) })
}

// TestKubeconfigOfANetwork names a file of a pod's volume in a net-attach-def.
func TestKubeconfigOfANetwork(t *testing.T) {
	install(t)
	canary := filepath.Join(t.TempDir(), "canary")
	file := filepath.Join(t.TempDir(), "kubeconfig")
	if err := os.WriteFile(file, []byte(strings.NewReplacer("SKIP", "false", "USER", runs, "CANARY", canary).Replace(theirs)), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"kubeconfig", "socket_path"} {
		t.Run(key, func(t *testing.T) {
			link := `{"type": "chainsaw", "` + key + `": "` + file + `"}`
			attach(t, onBridge, link).ofPod("default", "web-0").refused(t, 7, "not one of the places that it may name")
		})
	}
	if _, err := os.Stat(canary); err == nil {
		t.Error("a program of the pod's ran on the node")
	}
}

// TestKubeconfigThatIsATrap stands where a kubeconfig may stand.
func TestKubeconfigThatIsATrap(t *testing.T) {
	install(t)
	place := apihelper.KubeconfigPaths[0]
	if err := os.MkdirAll(filepath.Dir(place), 0o700); err != nil {
		t.Fatal(err)
	}
	canary := filepath.Join(t.TempDir(), "canary")
	writes := func(user, skip string, mode os.FileMode) func(string) error {
		text := strings.NewReplacer("SKIP", skip, "USER", user, "CANARY", canary).Replace(theirs)
		return func(path string) error {
			if err := os.WriteFile(path, []byte(text), mode); err != nil {
				return err
			}
			return os.Chmod(path, mode)
		}
	}
	theirFile := filepath.Join(t.TempDir(), "kubeconfig")
	if err := writes("token: x", "false", 0o600)(theirFile); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name string
		make func(path string) error
		says string
	}{
		{"a program", writes(runs, "false", 0o600), "sets exec"},
		{"a root-only file as token", writes("tokenFile: /etc/shadow", "false", 0o600), "/etc/shadow is not in"},
		{"a file above as token", writes("tokenFile: ../../../shadow", "false", 0o600), "is not in"},
		{"a server that need not prove itself", writes("token: x", "true", 0o600), "insecure-skip-tls-verify"},
		{"a file that others write", writes("token: x", "false", 0o666), "writable by everyone"},
		{"a FIFO", func(path string) error { return unix.Mkfifo(path, 0o600) }, ""},
		{"a link to a pod's volume", func(path string) error { return os.Symlink(theirFile, path) }, ""},
		{"a folder", func(path string) error { return os.Mkdir(path, 0o700) }, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			if err := test.make(place); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { os.RemoveAll(place) })
			begin := time.Now()
			attach(t, onBridge, networkWants("link")).ofPod("default", "web-0").refused(t, 11, test.says)
			if took := time.Since(begin); took > apihelper.Timeout {
				t.Errorf("it hung for %v", took)
			}
			if _, err := os.Stat(canary); err == nil {
				t.Error("a program ran on the node")
			}
		})
	}
}

// TestFileThatHangsTheNode puts a FIFO in the place of what a plugin opens.
func TestFileThatHangsTheNode(t *testing.T) {
	for _, test := range []struct {
		place string
		code  uint
	}{
		{"/etc/chainsaw/policy.json", 100},
		{"/var/lib/chainsaw/policy.json", 100},
		{"/run/chainsaw/chainsawd.sock", 11},
		{"/var/lib/chainsaw/spool/lock", 11},
	} {
		t.Run(test.place, func(t *testing.T) {
			if err := os.MkdirAll(filepath.Dir(test.place), 0o700); err != nil {
				t.Fatal(err)
			}
			os.Remove(test.place)
			if err := syscall.Mkfifo(test.place, 0o600); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { os.Remove(test.place) })
			begin := time.Now()
			attach(t, onBridge, networkWants("link")).ofPod("default", "web-0").refused(t, test.code, "")
			if took := time.Since(begin); took > 5*time.Second {
				t.Errorf("it took %v", took)
			}
		})
	}
}
