package programs

import (
	"context"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/chainsaw-cni/chainsaw/e2e/cluster/worktree"
)

// kubernetesModules has a module for each minor version.
const kubernetesModules = "kubernetes"

// Kubernetes is the minor version that KUBERNETES in the environment chooses,
// or else the newest of those in hack/kubernetes.
func Kubernetes() (string, error) {
	versions, err := kubernetesVersions()
	if err != nil {
		return "", err
	}
	chosen := os.Getenv("KUBERNETES")
	switch {
	case chosen == "":
		return versions[len(versions)-1], nil
	case !slices.Contains(versions, chosen):
		return "", fmt.Errorf("there is no Kubernetes %q here: use %s", chosen, strings.Join(versions, " or "))
	}
	return chosen, nil
}

// kubernetesVersions are in the order of their release.
func kubernetesVersions() ([]string, error) {
	pattern, err := worktree.Path("hack", kubernetesModules, "*", "go.mod")
	if err != nil {
		return nil, err
	}
	modules, err := filepath.Glob(pattern) // which sorts: all are of 1.10 to 1.99
	if err == nil && len(modules) == 0 {
		err = fmt.Errorf("there is no %s", pattern)
	}
	var versions []string
	for _, module := range modules {
		versions = append(versions, filepath.Base(filepath.Dir(module)))
	}
	return versions, err
}

// kubernetesProgram is built from the module of the version that is chosen.
type kubernetesProgram goProgram

func (k kubernetesProgram) get(ctx context.Context, cache, name string) (string, error) {
	version, err := Kubernetes()
	if err != nil {
		return "", err
	}
	return k.of(version).get(ctx, cache, name)
}

func (k kubernetesProgram) of(version string) goProgram {
	k.module = path.Join(kubernetesModules, version)
	return goProgram(k)
}
