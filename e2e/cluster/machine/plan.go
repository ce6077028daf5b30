package machine

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/chainsaw-cni/chainsaw/e2e/cluster/programs"
	"github.com/chainsaw-cni/chainsaw/e2e/cluster/worktree"
)

// plan is what the init is told, in a file of Dir.
type plan struct {
	Programs map[string]string // paths, by the names that they have on the node
	CNI      []string          // paths of CNI plugins
	Files    map[string]string // what they hold, by path
	Lacks    []string          // files to take away
	Config   string            // of containerd
	Logs     string            // the folder for them
}

// controlPlane are the programs that every node has.
var controlPlane = []string{
	"etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubelet", "kubectl",
}

// containerRuntime is a version of containerd with what goes along.
type containerRuntime struct {
	config   string
	programs map[string]string // by their names on the node
}

var runtimes = map[string]containerRuntime{
	"2": {"containerd-2.toml", map[string]string{
		"containerd": "containerd", "containerd-shim-runc-v2": "containerd-shim-runc-v2", "ctr": "ctr", "runc": "runc",
	}},
	"1.6": {"containerd-1.6.toml", map[string]string{
		"containerd": "containerd-1.6", "containerd-shim-runc-v2": "containerd-shim-runc-v2-1.6",
		"ctr": "ctr-1.6", "runc": "runc-1.1",
	}},
}

// Check says which version there is not.
func (o Options) Check() error {
	if _, ok := runtimes[o.Containerd]; !ok {
		known := slices.Sorted(maps.Keys(runtimes))
		return fmt.Errorf("there is no containerd %q here: use %s", o.Containerd, strings.Join(known, " or "))
	}
	_, err := programs.Kubernetes()
	return err
}

func makePlan(ctx context.Context, options Options) (plan, error) {
	if err := options.Check(); err != nil {
		return plan{}, err
	}
	chosen := runtimes[options.Containerd]
	p := plan{Programs: map[string]string{}, Config: chosen.config, Files: options.Files, Lacks: options.Lacks}
	for _, name := range controlPlane {
		p.Programs[name] = name
	}
	maps.Copy(p.Programs, chosen.programs)
	for name, program := range p.Programs {
		paths, err := programs.Get(ctx, program)
		if err != nil {
			return plan{}, err
		}
		p.Programs[name] = paths[program]
	}
	plugins, err := worktree.Path("bin", "cni")
	if err != nil {
		return plan{}, err
	}
	reference, err := filepath.Glob(filepath.Join(plugins, "*"))
	if err == nil && len(reference) == 0 {
		err = fmt.Errorf("no CNI plugins in %s: run make build", plugins)
	}
	p.CNI = slices.Concat(reference, options.CNI)
	return p, err
}
