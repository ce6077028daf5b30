package apiserver

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// ErrNoModules says that the programs have to be built, and that Go cannot get
// the modules that they are made of.
var ErrNoModules = errors.New("kube-apiserver is not in the cache, and its modules cannot be fetched to build it")

const (
	etcdPackage      = "go.etcd.io/etcd/server/v3"
	apiServerPackage = "k8s.io/kubernetes/cmd/kube-apiserver"
)

// binaries are the paths of the programs.
type binaries struct{ etcd, apiServer string }

// build compiles the programs unless the cache has them. Its key is all that
// decides what is built.
func build(ctx context.Context, cache string) (binaries, error) {
	module, err := findModule()
	if err != nil {
		return binaries{}, err
	}
	key, err := keyOf(module)
	if err != nil {
		return binaries{}, err
	}
	folder := filepath.Join(cache, key)
	programs := binaries{filepath.Join(folder, "etcd"), filepath.Join(folder, "kube-apiserver")}
	if _, err := os.Stat(folder); err == nil {
		return programs, nil
	}
	return programs, compile(ctx, module, folder)
}

// compile puts the programs into the folder, both or none.
func compile(ctx context.Context, module, folder string) error {
	// Only this step needs a network, so a failure of the next ones is ours.
	if _, err := goTool(ctx, module, "list", "-deps", etcdPackage, apiServerPackage); err != nil {
		return fmt.Errorf("%w: %w", ErrNoModules, err)
	}
	version, err := goTool(ctx, module, "list", "-m", "-f", "{{.Version}}", "k8s.io/kubernetes")
	if err != nil {
		return err
	}
	partial := folder + ".partial"
	defer os.RemoveAll(partial)
	for name, pkg := range map[string]string{"etcd": etcdPackage, "kube-apiserver": apiServerPackage} {
		_, err := goTool(ctx, module, "build", "-trimpath", "-buildvcs=false",
			"-ldflags=-s -w"+stamp(strings.TrimSpace(version)), "-o", filepath.Join(partial, name), pkg)
		if err != nil {
			return err
		}
	}
	return os.Rename(partial, folder)
}

// stamp makes the server say which version it is. Clients ask.
func stamp(version string) string {
	major, rest, _ := strings.Cut(strings.TrimPrefix(version, "v"), ".")
	minor, _, _ := strings.Cut(rest, ".")
	const set = " -X k8s.io/component-base/version."
	return set + "gitVersion=" + version + set + "gitMajor=" + major + set + "gitMinor=" + minor
}

func goTool(ctx context.Context, module string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = module
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=", "CGO_ENABLED=0")
	out, err := cmd.Output()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		err = fmt.Errorf("go %s in %s: %w: %s", args[0], module, err, bytes.TrimSpace(exit.Stderr))
	}
	return string(out), err
}

// findModule goes up from the folder of the test, which is where it runs.
func findModule() (string, error) {
	at, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for ; ; at = filepath.Dir(at) {
		module := filepath.Join(at, "hack", "kubernetes")
		_, err := os.Stat(module)
		if err == nil || !errors.Is(err, fs.ErrNotExist) || at == "/" {
			return module, err
		}
	}
}

func keyOf(module string) (string, error) {
	sum := sha256.New()
	fmt.Fprintln(sum, runtime.Version())
	for _, name := range []string{"go.mod", "go.sum"} {
		content, err := os.ReadFile(filepath.Join(module, name))
		if err != nil {
			return "", err
		}
		sum.Write(content)
	}
	return fmt.Sprintf("%x", sum.Sum(nil)[:8]), nil
}
