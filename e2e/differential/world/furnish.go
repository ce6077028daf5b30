package world

import (
	"fmt"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// The places where ip may write, as far as it is allowed: nothing of the machine
// is below them.
var ours = []string{"/run", "/tmp", "/etc/iproute2", "/sys/fs"}

// The canaries: a batch, a dump, an object and a program that tell on whoever
// opens them.
const (
	canaryDir = "/run/canary"
	spaceDir  = "/run/spaces"
)

var canaryFiles = []struct {
	name, text string
	mode       os.FileMode
}{
	{"batch", "link set lo mtu 1234\n", 0o600},
	{"dump", "no magic number\n", 0o600},
	{"object.o", "\x7fELF", 0o600},
	{"program", "#!/bin/sh\n/bin/sleep 9 >/dev/null 2>&1 &\n", 0o755},
}

// furnish makes a host of the process's namespaces.
func furnish() error {
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("making the mounts private: %w", err)
	}
	readOnly := unix.MountAttr{Attr_set: unix.MOUNT_ATTR_RDONLY}
	if err := unix.MountSetattr(unix.AT_FDCWD, "/", unix.AT_RECURSIVE, &readOnly); err != nil {
		return fmt.Errorf("making the machine's files read-only: %w", err)
	}
	if err := unix.Mount("proc", "/proc", "proc", 0, ""); err != nil {
		return fmt.Errorf("mounting /proc: %w", err)
	}
	if err := unix.Mount("sysfs", "/sys", "sysfs", unix.MS_RDONLY, ""); err != nil {
		return fmt.Errorf("mounting /sys: %w", err)
	}
	for _, dir := range ours {
		if err := cover(dir); err != nil {
			return fmt.Errorf("laying something over %s: %w", dir, err)
		}
	}
	return furnishFiles()
}

// cover mounts an empty folder, with the files of the one below copied.
func cover(dir string) error {
	files := map[string][]byte{}
	if dir == "/etc/iproute2" {
		entries, _ := os.ReadDir(dir) // newer ones have them elsewhere
		for _, e := range entries {
			if text, err := os.ReadFile(dir + "/" + e.Name()); err == nil {
				files[e.Name()] = text
			}
		}
	}
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, "mode=755"); err != nil {
		if err == unix.ENOENT {
			return nil
		}
		return err
	}
	for name, text := range files {
		if err := os.WriteFile(dir+"/"+name, text, 0o644); err != nil {
			return err
		}
	}
	return nil
}

func furnishFiles() error {
	for _, dir := range []string{canaryDir, spaceDir, "/run/netns", "/sys/fs/bpf", "/sys/fs/cgroup"} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
	}
	for _, f := range canaryFiles {
		if err := os.WriteFile(canaryDir+"/"+f.name, []byte(f.text), f.mode); err != nil {
			return err
		}
	}
	// No name is asked of any server: `ip -resolve` would wait for it.
	hosts := canaryDir + "/../nsswitch.conf"
	if err := os.WriteFile(hosts, []byte("hosts: files\n"), 0o644); err != nil {
		return err
	}
	return unix.Mount(hosts, "/etc/nsswitch.conf", "", unix.MS_BIND, "")
}

// mounts is the mount table, as far as lines may change it.
func mounts() ([]string, error) {
	text, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return nil, err
	}
	var lines []string
	for line := range strings.Lines(string(text)) {
		fields := strings.Fields(line)
		if !strings.HasPrefix(fields[4], spaceDir) && fields[4] != "/run/netns/other" { // made anew for each scene
			propagation, _, _ := strings.Cut(fields[6], ":")
			lines = append(lines, "mount "+fields[4]+" "+fields[5]+" "+propagation)
		}
	}
	return lines, nil
}
