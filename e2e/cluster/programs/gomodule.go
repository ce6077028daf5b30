package programs

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/chainsaw-cni/chainsaw/e2e/cluster/worktree"
)

// goProgram is a package main of a module that one of the modules below hack/
// pins.
type goProgram struct {
	module  string
	pkg     string
	stamped bool // with the version of Kubernetes
	seccomp bool // by libseccomp, linked in statically
}

// get builds the program unless the cache has it, under a key that is all that
// decides what is built.
func (p goProgram) get(ctx context.Context, cache, name string) (string, error) {
	module, err := worktree.Path("hack", p.module)
	if err != nil {
		return "", err
	}
	key, err := keyOf(module)
	if err != nil {
		return "", err
	}
	path := filepath.Join(cache, p.module+"-"+key, name)
	return path, once(path, func(partial string) error { return p.build(ctx, cache, module, partial) })
}

func (p goProgram) build(ctx context.Context, cache, module, path string) error {
	// Only this step needs a network, so a failure of the next ones is ours.
	if _, err := goTool(ctx, module, nil, "list", "-deps", p.pkg); err != nil {
		return fmt.Errorf("the module %s %w: %w", p.pkg, ErrUnreachable, err)
	}
	flags, env := []string{"-trimpath", "-buildvcs=false"}, []string{"CGO_ENABLED=0"}
	link := "-s -w"
	if p.stamped {
		version, err := goTool(ctx, module, nil, "list", "-m", "-f", "{{.Version}}", "k8s.io/kubernetes")
		if err != nil {
			return err
		}
		link += stamp(strings.TrimSpace(version))
	}
	if p.seccomp {
		folder, err := unpack(ctx, cache, "libseccomp-dev")
		if err != nil {
			return err
		}
		flags, env = append(flags, "-tags=seccomp,netgo,osusergo"), libseccomp(folder)
		link += " -linkmode=external -extldflags=-static"
	}
	progress("building %s, once for this machine", p.pkg)
	start := time.Now()
	args := append(append([]string{"build"}, flags...), "-ldflags="+link, "-o", path, p.pkg)
	_, err := goTool(ctx, module, env, args...)
	progress("  took %v", time.Since(start).Round(time.Second))
	return err
}

// libseccomp is the environment that lets cgo find the library in a folder
// where it is not installed.
func libseccomp(folder string) []string {
	archives, _ := filepath.Glob(filepath.Join(folder, "usr/lib/*/libseccomp.a"))
	return []string{
		"CGO_ENABLED=1", "PKG_CONFIG=true", // true says nothing: all is said here
		"CGO_CFLAGS=-O2 -I" + filepath.Join(folder, "usr/include"),
		"CGO_LDFLAGS=" + strings.Join(archives, " "),
	}
}

// stamp makes the program say which version it is. Clients ask.
func stamp(version string) string {
	major, rest, _ := strings.Cut(strings.TrimPrefix(version, "v"), ".")
	minor, _, _ := strings.Cut(rest, ".")
	const set = " -X k8s.io/component-base/version."
	return set + "gitVersion=" + version + set + "gitMajor=" + major + set + "gitMinor=" + minor
}

func goTool(ctx context.Context, module string, env []string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = module
	cmd.Env = append(append(os.Environ(), "GOWORK=off", "GOFLAGS="), env...)
	out, err := cmd.Output()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		err = fmt.Errorf("go %s in %s: %w: %s", args[0], module, err, bytes.TrimSpace(exit.Stderr))
	}
	return string(out), err
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

// Source reads a file of the sources of a program, as they were published.
func Source(ctx context.Context, name, file string) (string, error) {
	program, ok := recipes[name].(goProgram)
	if !ok {
		return "", fmt.Errorf("%s is not built from a Go module", name)
	}
	module, err := worktree.Path("hack", program.module)
	if err != nil {
		return "", err
	}
	folder, err := goTool(ctx, module, nil, "list", "-f", "{{.Module.Dir}}", program.pkg)
	if err != nil {
		return "", err
	}
	content, err := os.ReadFile(filepath.Join(strings.TrimSpace(folder), file))
	return string(content), err
}
