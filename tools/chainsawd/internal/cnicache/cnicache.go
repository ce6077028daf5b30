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

	"github.com/chainsaw-cni/chainsaw/shared/pod"
)

// Folders are where runtimes and Multus have libcni keep it.
func Folders() []string {
	return []string{"/var/lib/cni/results", "/var/lib/cni/multus/results"}
}

// maxSize bounds one entry. It has a net-attach-def in base64, of 1.5 MiB at most.
const maxSize = 8 << 20

// Live names the attachments in folders whose chain has one of the plugins. Of the folders one may be missing, but not all: somebody would
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
			if e, ok := read(path); ok && e.uses(plugins) {
				live = append(live, e.name(path))
			}
		}
	}
	if !found {
		return nil, fmt.Errorf("looking for live attachments: there is none of the folders %q", folders)
	}
	return live, nil
}

// entry is what libcni keeps of an attachment.
type entry struct {
	Config    []byte      `json:"config"` // the JSON of a list, or of one plugin
	Interface string      `json:"ifName"`
	Args      [][2]string `json:"cniArgs"`
}

// read passes over what cannot be read: libcni treats a torn entry as none.
func read(path string) (e entry, ok bool) {
	f, err := os.Open(path)
	if err != nil {
		return entry{}, false
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxSize))
	return e, err == nil && json.Unmarshal(text, &e) == nil
}

func (e entry) uses(plugins []string) bool {
	var config struct {
		Type    string                  `json:"type"`
		Plugins []struct{ Type string } `json:"plugins"`
	}
	if json.Unmarshal(e.Config, &config) != nil {
		return false
	}
	if slices.Contains(plugins, config.Type) {
		return true
	}
	return slices.ContainsFunc(config.Plugins, func(p struct{ Type string }) bool { return slices.Contains(plugins, p.Type) })
}

// name is for who has to find the pod: its name and interface, or the entry's
// path if it was not made for a pod.
func (e entry) name(path string) string {
	args := make(map[string]string)
	for _, arg := range e.Args {
		args[arg[0]] = arg[1]
	}
	ref := pod.Ref{Namespace: args["K8S_POD_NAMESPACE"], Name: args["K8S_POD_NAME"]}
	if !ref.Named() {
		return path
	}
	return fmt.Sprintf("%s of pod %s", e.Interface, ref)
}
