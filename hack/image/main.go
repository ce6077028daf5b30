// Command image puts Chainsaw into container images without Docker: it writes an
// archive of an OCI layout, which `ctr images import` and skopeo take. The same
// content makes the same bytes, whenever and wherever it is built.
//
// It compiles nothing: the executables for each architecture are in
// FOLDER/ARCHITECTURE. See the Dockerfile in deployments/ for the same images by
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
	flag.StringVar(&b.image, "image", "chainsaw", "which one: chainsaw or chainsawctl")
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

type build struct{ image, version, binaries, cache string }

func (b build) run(reference string, architectures []string, out string) error {
	ref, err := name.NewTag(reference, name.StrictValidation)
	if err != nil {
		return err
	}
	recipe, known := recipes[b.image]
	if !known {
		return fmt.Errorf("there is no image %q", b.image)
	}
	images := make(map[string]v1.Image)
	for _, arch := range architectures {
		if images[arch], err = b.make(recipe, arch); err != nil {
			return fmt.Errorf("for %s: %w", arch, err)
		}
	}
	return write(out, ref, images)
}

// make makes the image for one architecture: a layer that seldom changes, with ip
// if it is to have one, and a layer with our executables.
func (b build) make(r recipe, arch string) (v1.Image, error) {
	config := r.config()
	config.Labels["org.opencontainers.image.title"] = b.image
	config.Labels["org.opencontainers.image.version"] = b.version
	var layers []files
	if r.ip {
		ip, versions, err := debianIP(arch, filepath.Join(b.cache, arch))
		if err != nil {
			return nil, fmt.Errorf("getting ip: %w", err)
		}
		config.Labels["dev.chainsaw-cni.debian-packages"] = versions
		layers = append(layers, ip)
	}
	ours, err := r.files(filepath.Join(b.binaries, arch))
	if err != nil {
		return nil, err
	}
	return assemble(arch, append(layers, ours), config)
}
