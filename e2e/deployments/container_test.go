package deployments

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
	core "k8s.io/api/core/v1"
)

// container runs a container of a manifest as a runtime would, as far as it
// matters for its rights: its root file system is the image's and read-only, it
// has its volumes, and of root's capabilities those that are named.
type container struct {
	Root         string            // the image, unpacked
	Mounts       map[string]string // folders of the "node" by their place in the container
	ReadOnly     []string          // of these places
	Capabilities []core.Capability
	Argv, Env    []string
}

// asContainer is the argument with which this test runs itself again.
const asContainer = "as-container"

func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == asContainer {
		var c container
		err := json.Unmarshal([]byte(os.Args[2]), &c)
		_, _ = os.Stderr.WriteString(errors.Join(err, c.become()).Error() + "\n")
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// command starts the container in a mount namespace of its own.
func (c container) command(t *testing.T) *exec.Cmd {
	t.Helper()
	spec, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.WithoutCancel(t.Context()) // it is asked to end after the test
	cmd := exec.CommandContext(ctx, "/proc/self/exe", asContainer, string(spec))
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS, Pdeathsig: syscall.SIGKILL}
	return cmd
}

// become does not return, unless it fails.
func (c container) become() error {
	runtime.LockOSThread()
	const bind = unix.MS_BIND | unix.MS_REC
	err := errors.Join(
		unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""),
		unix.Mount(c.Root, c.Root, "", bind, ""),
		unix.Mount("/proc", filepath.Join(c.Root, "proc"), "", bind, ""),
	)
	for place, folder := range c.Mounts {
		err = errors.Join(err, unix.Mount(folder, filepath.Join(c.Root, place), "", bind, ""))
	}
	for _, place := range c.ReadOnly {
		err = errors.Join(err, unix.Mount("", filepath.Join(c.Root, place), "", unix.MS_REMOUNT|unix.MS_BIND|unix.MS_RDONLY, ""))
	}
	err = errors.Join(err,
		unix.Mount("", c.Root, "", unix.MS_REMOUNT|unix.MS_BIND|unix.MS_RDONLY, ""),
		unix.Chroot(c.Root), unix.Chdir("/"),
		c.dropCapabilities(),
		unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0),
	)
	if err != nil {
		return err
	}
	return unix.Exec(c.Argv[0], c.Argv, c.Env)
}

// numbers are those of the kernel's.
var numbers = map[core.Capability]uintptr{"DAC_OVERRIDE": unix.CAP_DAC_OVERRIDE}

// dropCapabilities bounds what an execve by root can have.
func (c container) dropCapabilities() error {
	var keep []uintptr
	for _, name := range c.Capabilities {
		keep = append(keep, numbers[name])
	}
	for number := uintptr(0); number <= unix.CAP_LAST_CAP; number++ {
		if slices.Contains(keep, number) {
			continue
		}
		if err := unix.Prctl(unix.PR_CAPBSET_DROP, number, 0, 0, 0); err != nil {
			return err
		}
	}
	return nil
}
