package scratchhost

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// fresh are the folders that are empty and writable inside: where CNI plugins
// keep leases, results, locks and sockets. /var/lib as a whole, because
// /var/lib/cni is not on every machine and nothing can be made on a read-only one.
var fresh = []string{"/run", "/var/run", "/var/lib", "/tmp", "/var/tmp"}

// shown is where the folders that the caller wants to see appear.
const shown = "/run/scratchhost"

// overlays is where the overlays keep what they add.
const overlays = "/run/scratchhost.overlays"

// furnish turns the new namespaces into a host.
func furnish(folders []string, files []File) ([]string, error) {
	held, err := hold(folders)
	if err != nil {
		return nil, err
	}
	if err := protect(); err != nil {
		return nil, err
	}
	for _, folder := range fresh {
		if err := empty(folder); err != nil {
			return nil, err
		}
	}
	for _, file := range files {
		if err := place(file); err != nil {
			return nil, fmt.Errorf("placing the file %s: %w", file.Path, err)
		}
	}
	if err := proc(); err != nil {
		return nil, err
	}
	if err := ownLoopbackUp(); err != nil {
		return nil, err
	}
	return show(held)
}

// hold opens folders before anything can be mounted over them.
func hold(folders []string) ([]*os.File, error) {
	var held []*os.File
	for _, folder := range folders {
		fd, err := unix.Open(folder, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
		if err != nil {
			return nil, fmt.Errorf("opening the folder %s: %w", folder, err)
		}
		held = append(held, os.NewFile(uintptr(fd), folder))
	}
	return held, nil
}

func show(held []*os.File) ([]string, error) {
	var paths []string
	for i, folder := range held {
		path := filepath.Join(shown, strconv.Itoa(i))
		if err := os.MkdirAll(path, 0o755); err != nil {
			return nil, err
		}
		source := fmt.Sprintf("/proc/self/fd/%d", folder.Fd())
		if err := mount(source, path, "", unix.MS_BIND); err != nil {
			return nil, err
		}
		folder.Close()
		paths = append(paths, path)
	}
	return paths, nil
}

// protect makes every mount private and read-only.
func protect() error {
	if err := mount("none", "/", "", unix.MS_REC|unix.MS_PRIVATE); err != nil {
		return err
	}
	err := readOnly("/", unix.AT_RECURSIVE)
	if errors.Is(err, unix.ENOSYS) {
		return errors.New("mount_setattr is missing: this needs Linux 5.12 or newer")
	}
	return err
}

func readOnly(path string, flags uint) error {
	attr := unix.MountAttr{Attr_set: unix.MOUNT_ATTR_RDONLY}
	if err := unix.MountSetattr(unix.AT_FDCWD, path, flags, &attr); err != nil {
		return fmt.Errorf("making %s read-only: %w", path, err)
	}
	return nil
}

// empty passes over what is not there, and over a link such as /var/run.
func empty(folder string) error {
	info, err := os.Lstat(folder)
	if errors.Is(err, fs.ErrNotExist) || err == nil && !info.IsDir() {
		return nil
	}
	if err != nil {
		return err
	}
	return mount("tmpfs", folder, "tmpfs", unix.MS_NOSUID|unix.MS_NODEV)
}

// place puts a file where it is asked for, whatever the machine has there.
func place(file File) error {
	if slices.ContainsFunc(fresh, func(folder string) bool { return strings.HasPrefix(file.Path, folder+"/") }) {
		return put(file)
	}
	return lay(file)
}

func put(file File) error {
	if err := os.MkdirAll(filepath.Dir(file.Path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(file.Path, file.Text, 0o600)
}

// lay puts a file over what the machine has at its path, which may be nothing: so
// the whole top folder is overlaid, and made read-only again.
func lay(file File) error {
	top := "/" + strings.Split(file.Path, "/")[1]
	upper, work := filepath.Join(overlays, top, "upper"), filepath.Join(overlays, top, "work")
	if err := errors.Join(os.MkdirAll(upper, 0o755), os.MkdirAll(work, 0o755)); err != nil {
		return err
	}
	options := fmt.Sprintf("lowerdir=%s,upperdir=%s,workdir=%s", top, upper, work)
	if err := unix.Mount("overlay", top, "overlay", unix.MS_NOSUID|unix.MS_NODEV, options); err != nil {
		return fmt.Errorf("laying an overlay over %s: %w", top, err)
	}
	if err := put(file); err != nil {
		return err
	}
	return readOnly(top, 0)
}

// proc mounts the proc of the new PID namespace, read-only but for the sysctls
// of the network, which are those of the reader's netns.
func proc() error {
	const sysctls = "/proc/sys/net"
	if err := mount("proc", "/proc", "proc", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC); err != nil {
		return err
	}
	if err := mount(sysctls, sysctls, "", unix.MS_BIND); err != nil {
		return err
	}
	return readOnly("/proc", 0)
}

func mount(source, target, fstype string, flags uintptr) error {
	var options string
	if fstype == "tmpfs" {
		options = "mode=0755" // chainsaw wants the folders above its socket to be root's alone
	}
	if err := unix.Mount(source, target, fstype, flags, options); err != nil {
		return fmt.Errorf("mounting %s on %s: %w", source, target, err)
	}
	return nil
}
