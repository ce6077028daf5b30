// Package chain runs the plugins of a network configuration by libcni, as a
// runtime does, and lets the caller look before and after each plugin.
//
// It makes no netns and prints nothing.
package chain

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/containernetworking/cni/libcni"

	"github.com/chainsaw-cni/chainsaw/shared/nearest"
)

// Parse reads a configuration list, or a single configuration as a list of one.
func Parse(config []byte) (*libcni.NetworkConfigList, error) {
	var kind struct {
		Type string `json:"type"`
	}
	if err := json.Unmarshal(config, &kind); err != nil {
		return nil, err
	}
	if kind.Type == "" {
		list, err := libcni.NetworkConfFromBytes(config)
		if err == nil && len(list.Plugins) == 0 {
			err = errors.New(`the configuration has neither "plugins" nor a "type"`)
		}
		return list, err
	}
	single, err := libcni.NetworkPluginConfFromBytes(config)
	if err != nil {
		return nil, err
	}
	return listOf(single)
}

// listOf is what libcni's own deprecated function of this job makes.
func listOf(single *libcni.PluginConfig) (*libcni.NetworkConfigList, error) {
	list, err := json.Marshal(map[string]any{
		"name":       single.Network.Name,
		"cniVersion": single.Network.CNIVersion,
		"plugins":    []json.RawMessage{single.Bytes},
	})
	if err != nil {
		return nil, err
	}
	return libcni.NetworkConfFromBytes(list)
}

// Types are the plugins of the chain, in their order.
func Types(list *libcni.NetworkConfigList) []string {
	var types []string
	for _, plugin := range list.Plugins {
		types = append(types, plugin.Network.Type)
	}
	return types
}

// Installed makes sure that the executables of the chain, IPAM plugins too, are
// in one of the folders.
func Installed(list *libcni.NetworkConfigList, folders []string) error {
	for _, plugin := range list.Plugins {
		for _, name := range []string{plugin.Network.Type, plugin.Network.IPAM.Type} {
			if name == "" {
				continue
			}
			if err := installed(name, folders); err != nil {
				return err
			}
		}
	}
	return nil
}

func installed(name string, folders []string) error {
	if strings.ContainsRune(name, filepath.Separator) {
		return fmt.Errorf("%q is no name of a plugin: a slash may not stand in it", name)
	}
	var known []string
	for _, folder := range folders {
		info, err := os.Stat(filepath.Join(folder, name))
		if err == nil && info.Mode().IsRegular() {
			return nil
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		known = append(known, executables(folder)...)
	}
	return notInstalled(name, folders, known)
}

// executables are for the hint alone, so a folder that cannot be read has none.
func executables(folder string) (names []string) {
	entries, _ := os.ReadDir(folder)
	for _, entry := range entries {
		info, err := entry.Info()
		if err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0 {
			names = append(names, entry.Name())
		}
	}
	return names
}

func notInstalled(name string, folders, known []string) error {
	if len(folders) == 0 {
		return fmt.Errorf("looking for the plugin %q: none of the folders of --cni-path or CNI_PATH is there; `make build` puts ours and the reference plugins into bin/", name)
	}
	where := strings.Join(folders, ", ")
	if near := nearest.Word(name, known); near != "" {
		return fmt.Errorf("the plugin %q is not in %s; did you mean %q?", name, where, near)
	}
	return fmt.Errorf("the plugin %q is not in %s: `make build` puts ours and the reference plugins into bin/, and --cni-path names other folders", name, where)
}
