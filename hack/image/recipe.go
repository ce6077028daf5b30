package main

import (
	"os"
	"path/filepath"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// recipe is what an image is made of, and how it is run.
type recipe struct {
	description, licenses string

	ip     bool              // for nodes that have none
	places map[string]string // of our executables

	user, workingDir string
	entrypoint, cmd  []string
}

// recipes are all images by their names.
var recipes = map[string]recipe{
	"chainsaw": {
		description: "chainsawd, the CNI plugins that it installs, and ip for nodes that have none",
		licenses:    "Apache-2.0 AND GPL-2.0-or-later", // the latter is iproute2's
		ip:          true,
		// Where chainsawd looks for what it installs, and where people and
		// manifests look for chainsawd.
		places: map[string]string{
			"chainsawd":        "chainsawd",
			"chainsaw":         "usr/libexec/chainsaw/chainsaw",
			"chainsaw-inspect": "usr/libexec/chainsaw/chainsaw-inspect",
			"chainsaw-filter":  "usr/libexec/chainsaw/chainsaw-filter",
			"chainsaw-lookup":  "usr/libexec/chainsaw/chainsaw-lookup",
		},
		// Root: what the plugins execute and believe must be root's, and the
		// folders of the node that it goes to are root's too.
		user:       "0:0",
		entrypoint: []string{"/chainsawd"},
		cmd:        []string{"run"},
	},
	"chainsawctl": {
		description: "chainsawctl, which finds what is wrong with manifests for Chainsaw",
		licenses:    "Apache-2.0",
		places:      map[string]string{"chainsawctl": "chainsawctl"},
		user:        "65532:65532",
		workingDir:  "/src", // where pre-commit mounts the files
		entrypoint:  []string{"/chainsawctl"},
	},
}

func (r recipe) config() v1.Config {
	return v1.Config{
		User: r.user, Entrypoint: r.entrypoint, Cmd: r.cmd, WorkingDir: r.workingDir,
		Labels: map[string]string{
			"org.opencontainers.image.description": r.description,
			"org.opencontainers.image.source":      "https://github.com/chainsaw-cni/chainsaw",
			"org.opencontainers.image.licenses":    r.licenses,
		},
	}
}

// files are the executables, out of the folder where they were built.
func (r recipe) files(built string) (files, error) {
	all := make(files)
	for name, place := range r.places {
		content, err := os.ReadFile(filepath.Join(built, name))
		if err != nil {
			return nil, err
		}
		all[place] = file{content, 0o755}
	}
	if r.workingDir != "" {
		all[r.workingDir[1:]+"/"] = file{}
	}
	return all, nil
}
