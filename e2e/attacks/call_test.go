package attacks

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/containernetworking/cni/pkg/types"
	"golang.org/x/sys/unix"
)

// someResult is what a chain's first plugin could have said.
const someResult = `"prevResult": {"cniVersion": "1.0.0", "interfaces": [{"name": "net1", "sandbox": "/x"}]}`

// environment is that of an ADD.
func environment(netns string, args ...string) []string {
	return []string{
		"CNI_COMMAND=ADD", "CNI_CONTAINERID=test", "CNI_NETNS=" + netns, "CNI_IFNAME=net1", "CNI_PATH=/nowhere",
		"CNI_ARGS=" + strings.Join(args, ";"),
	}
}

// call starts a plugin with input that no libcni would pass on.
func call(t *testing.T, plugin, stdin string, attr *syscall.SysProcAttr, env ...string) error {
	t.Helper()
	command := exec.CommandContext(t.Context(), filepath.Join(bin, plugin))
	command.Env, command.SysProcAttr = env, attr
	command.Stdin = strings.NewReader(stdin)
	var out, errs bytes.Buffer
	command.Stdout, command.Stderr = &out, &errs
	err := command.Run()
	if strings.Contains(errs.String(), "panic") {
		t.Errorf("stderr: %s", &errs)
	}
	if err == nil {
		return nil
	}
	failure := new(types.Error)
	if json.Unmarshal(out.Bytes(), failure) != nil {
		t.Fatalf("it ended with %v, without a CNI error: %q", err, out.String())
	}
	return failure
}

// standIn puts a script in the place of `ip` for the time of the test.
func standIn(t *testing.T, script string, mode os.FileMode) {
	t.Helper()
	file, err := os.CreateTemp("/run", "ip-")
	if err != nil {
		t.Fatal(err)
	}
	_, err = file.WriteString(script)
	file.Close()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(file.Name(), mode); err != nil {
		t.Fatal(err)
	}
	for _, place := range []string{"/usr/sbin/ip", "/sbin/ip", "/usr/bin/ip", "/bin/ip"} {
		if _, err := os.Stat(place); err != nil {
			continue
		}
		if err := unix.Mount(file.Name(), place, "", unix.MS_BIND, ""); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = unix.Unmount(place, unix.MNT_DETACH) })
	}
}
