// Command manifests makes the files that `kubectl apply -f` is given out of the
// kustomizations in deployments/kustomize. The kustomize command would do, but
// for the comments: it drops them, and they carry the reasons.
package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// made are the files and the folders that they are made of.
var made = map[string]string{
	"daemonset.yaml":            "base",
	"daemonset_gke.yaml":        "gke",
	"daemonset_hardened.yaml":   "hardened",
	"daemonset_kubeconfig.yaml": "kubeconfig",
	"daemonset_k3s.yaml":        "k3s",
	"daemonset_microk8s.yaml":   "microk8s",
	"daemonset_openshift.yaml":  "openshift",
	"daemonset_talos.yaml":      "talos",
	"uninstall.yaml":            "uninstall",
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: manifests FOLDER, the one with kustomize in it")
		os.Exit(2)
	}
	for name, source := range made {
		if err := write(os.Args[1], name, source); err != nil {
			fmt.Fprintf(os.Stderr, "making %s: %v\n", name, err)
			os.Exit(1)
		}
	}
}

func write(folder, name, source string) error {
	kustomizer := krusty.MakeKustomizer(krusty.MakeDefaultOptions())
	objects, err := kustomizer.Run(filesys.MakeFsOnDisk(), filepath.Join(folder, "kustomize", source))
	if err != nil {
		return err
	}
	var text bytes.Buffer
	fmt.Fprintf(&text, "# Made by `make deployments` from kustomize/%s: change that.\n", source)
	for _, object := range objects.Resources() {
		document, err := object.RNode.String()
		if err != nil {
			return err
		}
		fmt.Fprintf(&text, "---\n%s", document)
	}
	return os.WriteFile(filepath.Join(folder, name), text.Bytes(), 0o644)
}
