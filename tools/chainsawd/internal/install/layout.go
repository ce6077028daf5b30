package install

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
)

// StateDir is where the helper, the staged `ip` and the spool lie on a node.
const StateDir = "/var/lib/chainsaw"

// Source is where the image has the executables.
const Source = "/usr/libexec/chainsaw"

// Helper is the executable that asks the API server for the plugins. It is not
// in the CNI folder, which is not root's on every node.
const Helper = "chainsaw-lookup"

// Plugins lists the executables for the CNI folders.
func Plugins() []string { return []string{"chainsaw", "chainsaw-inspect", "chainsaw-filter"} }

// profiles are the folders in which a kind of node looks for plugins: its
// runtime, and on OpenShift also Multus.
var profiles = map[string]string{
	"bottlerocket": "/opt/cni/bin",
	"default":      "/opt/cni/bin",
	"flatcar":      "/opt/cni/bin",
	"gke":          "/home/kubernetes/bin",
	"k3s":          "/var/lib/rancher/k3s/data/cni",
	"microk8s":     "/var/snap/microk8s/current/opt/cni/bin",
	"openshift":    "/var/lib/cni/bin",
	"rke2":         "/opt/cni/bin",
	"talos":        "/opt/cni/bin",
}

// Profiles lists the kinds of nodes whose CNI folder is known.
func Profiles() []string { return slices.Sorted(maps.Keys(profiles)) }

// CNIDir is the CNI folder of a kind of node.
func CNIDir(profile string) (string, error) {
	dir, known := profiles[profile]
	if !known {
		return "", fmt.Errorf("there is no profile %q: take one of %q, or give the CNI folder by its path", profile, Profiles())
	}
	return dir, nil
}

// Our own folders, and the files in them, are below StateDir. The plugins know
// the places of the two executables (shared/apihelper, shared/ipbinary).
func binDir(state string) string       { return filepath.Join(state, "bin") }
func librariesDir(state string) string { return filepath.Join(state, "lib") }
func helperPath(state string) string   { return filepath.Join(binDir(state), Helper) }
func ipPath(state string) string       { return filepath.Join(binDir(state), "ip") }

// pluginPaths are the plugins in every CNI folder.
func pluginPaths(cniDirs []string) []string {
	var paths []string
	for _, dir := range cniDirs {
		for _, name := range Plugins() {
			paths = append(paths, filepath.Join(dir, name))
		}
	}
	return paths
}
