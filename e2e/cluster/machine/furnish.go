package machine

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// furnish turns a copy of the machine's namespaces into a node.
func (p plan) furnish(dir string) error {
	for _, step := range []struct {
		what string
		do   func() error
	}{
		{"the host name", func() error { return unix.Sethostname([]byte(NodeName)) }},
		{"mounts", func() error { return mountAll(dir, p.Logs) }},
		{"what it lacks", p.takeAway},
		{"cgroups", mountCgroups},
		{"sysctls", fixSysctls},
		{"the network", makeNetwork},
		{"programs", p.install},
		{"certificates", writeCredentials},
		{"configuration", p.configure},
		// What is mounted from now on is seen by pods that ask for it.
		{"shared mounts", func() error { return unix.Mount("", "/", "", unix.MS_REC|unix.MS_SHARED, "") }},
	} {
		if err := step.do(); err != nil {
			return fmt.Errorf("making %s: %w", step.what, err)
		}
	}
	return nil
}

// scratch is the node's memory: what the node writes is below it.
const scratch = "/run/node"

// The node's own folders on the machine, as the node sees them.
const (
	home      = scratch + "/home"
	logFolder = scratch + "/log"
)

var (
	// overlaid are folders of the machine that the node writes to in its own way.
	overlaid = []string{"/etc", "/opt", "/usr", "/var"}

	// fresh are empty, whatever the machine has there. Those of containerd and
	// the kubelet cannot be overlays, for they mount overlays in there.
	fresh = []string{
		"/etc/chainsaw", "/etc/cni", "/etc/containerd", "/etc/kubernetes", "/opt/cni", "/usr/libexec/chainsaw",
		"/var/lib/chainsaw", "/var/lib/cni", "/var/lib/containerd", "/var/lib/etcd", "/var/lib/kubelet",
	}
)

func mountAll(dir, logs string) error {
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return err
	}
	if err := unix.Mount("tmpfs", "/run", "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, "mode=755"); err != nil {
		return err
	}
	if err := errors.Join(os.MkdirAll("/run/lock", 0o755), bind(dir, home), bind(logs, logFolder)); err != nil {
		return err
	}
	for _, path := range overlaid {
		if err := overlay(path); err != nil {
			return err
		}
	}
	for _, path := range fresh {
		below := filepath.Join(scratch, "fresh", path)
		if err := errors.Join(os.MkdirAll(below, 0o755), bind(below, path)); err != nil {
			return err
		}
	}
	return errors.Join(
		bind(logFolder, "/var/log"),
		unix.Mount("proc", "/proc", "proc", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, ""))
}

// takeAway removes what the node is not to have, but only from its overlays:
// all else is the machine's own.
func (p plan) takeAway() error {
	for _, path := range p.Lacks {
		folder, err := filepath.EvalSymlinks(filepath.Dir(path))
		if err != nil {
			return err
		}
		top, _, _ := strings.Cut(folder[1:], "/")
		if !slices.Contains(overlaid, "/"+top) {
			return fmt.Errorf("%s is in %s, which is not the node's own", path, folder)
		}
		if err := os.Remove(filepath.Join(folder, filepath.Base(path))); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

func bind(from, to string) error {
	if err := os.MkdirAll(to, 0o755); err != nil {
		return err
	}
	if err := unix.Mount(from, to, "", unix.MS_BIND, ""); err != nil {
		return fmt.Errorf("binding %s to %s: %w", from, to, err)
	}
	return nil
}

func overlay(path string) error {
	upper, work := filepath.Join(scratch, "upper", path), filepath.Join(scratch, "work", path)
	if err := errors.Join(os.MkdirAll(upper, 0o755), os.MkdirAll(work, 0o755)); err != nil {
		return err
	}
	options := "lowerdir=" + path + ",upperdir=" + upper + ",workdir=" + work
	if err := unix.Mount("overlay", path, "overlay", 0, options); err != nil {
		return fmt.Errorf("an overlay on %s: %w", path, err)
	}
	return nil
}

// fixSysctls hides sysctls that the kubelet sets for the whole machine unless
// they read as it likes.
func fixSysctls() error {
	for name, value := range map[string]string{
		"vm/overcommit_memory": "1", "vm/panic_on_oom": "0",
		"kernel/panic": "10", "kernel/panic_on_oops": "1",
		"kernel/keys/root_maxkeys": "1000000", "kernel/keys/root_maxbytes": "25000000",
	} {
		file := filepath.Join(scratch, "sysctl", name)
		err := errors.Join(
			os.MkdirAll(filepath.Dir(file), 0o755),
			os.WriteFile(file, []byte(value+"\n"), 0o644),
			unix.Mount(file, filepath.Join("/proc/sys", name), "", unix.MS_BIND, ""))
		if err != nil {
			return err
		}
	}
	return nil
}

// install gives the programs their names on the node, where every shell finds
// them.
func (p plan) install() error {
	for name, path := range p.Programs {
		if err := os.Symlink(path, filepath.Join("/usr/local/bin", name)); err != nil {
			return err
		}
	}
	const cni = "/opt/cni/bin"
	if err := os.Mkdir(cni, 0o755); err != nil {
		return err
	}
	for _, path := range p.CNI {
		if err := copyFile(path, filepath.Join(cni, filepath.Base(path))); err != nil {
			return err
		}
	}
	return nil
}

func copyFile(from, to string) error {
	content, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, content, 0o755)
}
