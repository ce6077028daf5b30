// Package cnicache counts the attachments that are alive on this node by what
// libcni keeps of each from its ADD to its DEL. It only reads.
package cnicache

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// Folders are where runtimes and Multus have libcni keep it.
func Folders() []string {
	return []string{"/var/lib/cni/results", "/var/lib/cni/multus/results"}
}

// maxSize bounds one entry. It has a net-attach-def in base64, of 1.5 MiB at most.
const maxSize = 8 << 20

// Live lists the attachments in folders whose chain has one of the plugins, by
// their files. Of the folders one may be missing, but not all: somebody would
// have forgotten to mount them.
func Live(folders, plugins []string) ([]string, error) {
	var live []string
	found := false
	for _, folder := range folders {
		files, err := os.ReadDir(folder)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("looking for live attachments: %w", err)
		}
		found = true
		for _, file := range files {
			path := filepath.Join(folder, file.Name())
			if uses(path, plugins) {
				live = append(live, path)
			}
		}
	}
	if !found {
		return nil, fmt.Errorf("looking for live attachments: there is none of the folders %q", folders)
	}
	return live, nil
}

// uses passes over what cannot be read: libcni treats a torn entry as none.
func uses(path string, plugins []string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxSize))
	if err != nil {
		return false
	}
	var entry struct {
		Config []byte `json:"config"` // the JSON of a list, or of one plugin
	}
	if json.Unmarshal(text, &entry) != nil {
		return false
	}
	var config struct {
		Type    string                  `json:"type"`
		Plugins []struct{ Type string } `json:"plugins"`
	}
	if json.Unmarshal(entry.Config, &config) != nil {
		return false
	}
	if slices.Contains(plugins, config.Type) {
		return true
	}
	return slices.ContainsFunc(config.Plugins, func(p struct{ Type string }) bool { return slices.Contains(plugins, p.Type) })
}
