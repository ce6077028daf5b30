package main

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// packages are iproute2 and those whose libraries its ip needs.
var packages = []string{"iproute2", "libbpf1", "libbsd0", "libc6", "libcap2", "libelf1", "libmd0", "libmnl0", "zlib1g"}

// debianIP is Debian's ip with its loader and its libraries, each where it
// expects it to be, the copyright of the packages, and their versions. The
// folder keeps the packages; remove it to get newer ones.
func debianIP(arch, folder string) (all files, versions string, err error) {
	if err := fetch(arch, folder); err != nil {
		return nil, "", err
	}
	debs, err := filepath.Glob(filepath.Join(folder, "*.deb"))
	if err != nil {
		return nil, "", err
	}
	unpacked := make(tree)
	var named []string
	for _, deb := range debs {
		if err := unpacked.add(deb); err != nil {
			return nil, "", fmt.Errorf("unpacking %s: %w", deb, err)
		}
		pkg, rest, _ := strings.Cut(filepath.Base(deb), "_")
		version, _, _ := strings.Cut(rest, "_")
		named = append(named, pkg+"="+strings.ReplaceAll(version, "%3a", ":"))
	}
	all, err = unpacked.closure("bin/ip", "usr/sbin/ip")
	if err != nil {
		return nil, "", err
	}
	for name, f := range unpacked {
		if path.Base(name) == "copyright" && f.link == "" {
			all[name] = file{f.content, 0o644}
		}
	}
	return all, strings.Join(slices.Sorted(slices.Values(named)), " "), nil
}

// fetch has apt get the packages, which checks Debian's signatures. It goes by
// this machine's sources, and leaves its lists and its architectures alone.
func fetch(arch, folder string) error {
	if _, err := os.Stat(folder); err == nil {
		return nil
	}
	partial := folder + ".partial"
	if err := os.RemoveAll(partial); err != nil {
		return err
	}
	state, err := os.MkdirTemp("", "chainsaw-apt-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(state)
	if err := errors.Join(os.MkdirAll(partial, 0o755), os.WriteFile(filepath.Join(state, "status"), nil, 0o644)); err != nil {
		return err
	}
	for _, verb := range [][]string{{"update"}, append([]string{"download"}, packages...)} {
		apt := exec.Command("apt-get", append([]string{
			"-qq", "-o", "Dir::State=" + state, "-o", "Dir::State::status=" + filepath.Join(state, "status"),
			"-o", "Dir::Cache=" + state, "-o", "APT::Architecture=" + arch, "-o", "APT::Architectures=" + arch,
			"-o", "APT::Sandbox::User=",
		}, verb...)...)
		apt.Dir, apt.Stderr = partial, os.Stderr
		if err := apt.Run(); err != nil {
			return fmt.Errorf("apt-get %s for %s, which takes a Debian and its sources: %w", verb[0], arch, err)
		}
	}
	return os.Rename(partial, folder)
}

// tree is what is in packages, by path without the leading slash.
type tree map[string]packed

type packed struct {
	content []byte
	link    string // to where, of a symbolic link
}

func (t tree) add(deb string) error {
	dpkg := exec.Command("dpkg-deb", "--fsys-tarfile", deb)
	dpkg.Stderr = os.Stderr
	archive, err := dpkg.Output()
	if err != nil {
		return err
	}
	r := tar.NewReader(bytes.NewReader(archive))
	for {
		header, err := r.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		name := path.Clean(header.Name)
		switch header.Typeflag {
		case tar.TypeReg:
			content, err := io.ReadAll(r)
			if err != nil {
				return err
			}
			t[name] = packed{content: content}
		case tar.TypeSymlink:
			t[name] = packed{link: target(name, header.Linkname)}
		}
	}
}

// target is where a link leads, by path without the leading slash.
func target(link, to string) string {
	if !path.IsAbs(to) {
		to = path.Join("/", path.Dir(link), to)
	}
	return path.Clean(to)[1:]
}
