package try

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/chainsaw-cni/chainsaw/shared/nodepolicy"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/exit"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/scratchhost"
)

// Run runs the chains of the pods in the files.
func Run(ctx context.Context, o Options) error {
	o.PluginDirs = existing(o.PluginDirs)
	j, err := plan(ctx, o)
	if err != nil {
		return exit.With(exit.Usage, err)
	}
	files, err := policyFile(o.Policy)
	if err != nil {
		return exit.With(exit.Usage, err)
	}
	host := scratchhost.Host{
		Files:   files,
		Args:    []string{ScratchHost},
		Job:     j,
		Folders: o.PluginDirs,
		Out:     o.Out,
		ErrOut:  o.ErrOut,
		Keep:    o.Keep,
	}
	code, pid, err := host.Run(ctx)
	switch {
	case errors.Is(err, context.Canceled):
		return err
	case err != nil:
		return exit.With(exit.CouldNotRun, err)
	}
	if o.Keep {
		sayHowToEnter(o.Out, j, pid)
	}
	if code != exit.OK {
		return &exit.Error{Code: code} // the output has said why
	}
	return nil
}

// policyFile puts another node's policy where the plugins look first. It is read
// here already, so that what is wrong with it is said once.
func policyFile(path string) ([]scratchhost.File, error) {
	if path == "" {
		return machinePolicy()
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	if _, err := nodepolicy.DecodeFile(path, text); err != nil {
		return nil, err
	}
	return []scratchhost.File{{Path: nodepolicy.AdminPath, Text: text}}, nil
}

// machinePolicy takes along what chainsawd keeps on this machine, for the scratch
// host has a /var/lib of its own. The administrator's policy is in view anyhow.
func machinePolicy() ([]scratchhost.File, error) {
	text, err := os.ReadFile(nodepolicy.DaemonPath)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("reading this machine's policy: %w: run as root, or name another one with --policy", err)
	}
	return []scratchhost.File{{Path: nodepolicy.DaemonPath, Text: text}}, nil
}

// existing leaves out folders that are not there: a search path may have such,
// and what is found in none of the others is missed by name.
func existing(folders []string) []string {
	var there []string
	for _, folder := range folders {
		absolute, err := filepath.Abs(folder)
		if err != nil {
			absolute = folder
		}
		if _, err := os.Stat(absolute); !errors.Is(err, fs.ErrNotExist) {
			there = append(there, absolute)
		}
	}
	return there
}

func sayHowToEnter(w io.Writer, j job, pid int) {
	user := ""
	if os.Geteuid() != 0 {
		user = fmt.Sprintf("--target %d --user --preserve-credentials ", pid)
	}
	fmt.Fprintln(w, "Kept, until its init is killed. To look into the netns of a pod:")
	for _, s := range j.Pods {
		fmt.Fprintf(w, "  nsenter %s--net=/proc/%d/root/run/netns/%s ip address   # %s\n", user, pid, s.netns(), s.Pod)
	}
	fmt.Fprintf(w, "To end it:\n  kill %d\n", pid)
}
