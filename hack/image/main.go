// Command image puts Chainsaw into a container image without Docker: it writes
// an archive of an OCI layout, which `ctr images import` and skopeo take. The
// same content makes the same bytes, whenever and wherever it is built.
//
// It compiles nothing: the executables for each architecture are in
// FOLDER/ARCHITECTURE. See the Dockerfile in deployments/ for the same image by
// the usual way.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
)

func main() {
	var b build
	var architectures, out string
	flag.StringVar(&b.version, "version", "devel", "the release, for the image's labels")
	flag.StringVar(&b.binaries, "bin", "", "folder with the executables, in a folder for each architecture")
	flag.StringVar(&b.cache, "cache", "", "folder for Debian's packages")
	flag.StringVar(&architectures, "arch", "", "architectures by Go's names, with blanks between")
	flag.StringVar(&out, "o", "", "archive to write")
	flag.Parse()
	if err := b.run(flag.Arg(0), strings.Fields(architectures), out); err != nil {
		fmt.Fprintf(os.Stderr, "making the image: %v\n", err)
		os.Exit(1)
	}
}

type build struct{ version, binaries, cache string }

func (b build) run(reference string, architectures []string, out string) error {
	ref, err := name.NewTag(reference, name.StrictValidation)
	if err != nil {
		return err
	}
	images := make(map[string]v1.Image)
	for _, arch := range architectures {
		if images[arch], err = b.image(arch); err != nil {
			return fmt.Errorf("for %s: %w", arch, err)
		}
	}
	return write(out, ref, images)
}

// image is the image for one architecture: one layer that seldom changes, with
// ip, and one with our executables.
func (b build) image(arch string) (v1.Image, error) {
	ip, versions, err := debianIP(arch, filepath.Join(b.cache, arch))
	if err != nil {
		return nil, fmt.Errorf("getting ip: %w", err)
	}
	ours, err := executables(filepath.Join(b.binaries, arch))
	if err != nil {
		return nil, err
	}
	return assemble(arch, []files{ip, ours}, map[string]string{
		"org.opencontainers.image.title":       "chainsaw",
		"org.opencontainers.image.description": "chainsawd, the CNI plugins that it installs, and ip for nodes that have none",
		"org.opencontainers.image.source":      "https://github.com/chainsaw-cni/chainsaw",
		"org.opencontainers.image.licenses":    "Apache-2.0 AND GPL-2.0-or-later", // the latter is iproute2's
		"org.opencontainers.image.version":     b.version,
		"dev.chainsaw-cni.debian-packages":     versions,
	})
}

// places are where chainsawd looks for what it installs, and where people and
// manifests look for chainsawd.
var places = map[string]string{
	"chainsawd":        "chainsawd",
	"chainsaw":         "usr/libexec/chainsaw/chainsaw",
	"chainsaw-inspect": "usr/libexec/chainsaw/chainsaw-inspect",
	"chainsaw-filter":  "usr/libexec/chainsaw/chainsaw-filter",
	"chainsaw-lookup":  "usr/libexec/chainsaw/chainsaw-lookup",
}

func executables(folder string) (files, error) {
	all := make(files)
	for name, place := range places {
		content, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			return nil, err
		}
		all[place] = file{content, 0o755}
	}
	return all, nil
}
