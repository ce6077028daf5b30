package cluster

import (
	"context"
	_ "embed"
	"fmt"
	"maps"

	"github.com/chainsaw-cni/chainsaw/e2e/cluster/machine"
	"github.com/chainsaw-cni/chainsaw/e2e/cluster/programs"
	"github.com/chainsaw-cni/chainsaw/e2e/cluster/worktree"
)

// Part is something that a node is put together of.
type Part struct {
	Files map[string]string // what they hold, by path; there before anything runs
	CNI   []string          // programs that are CNI plugins
	Built []string          // those of bin/, likewise
	Needs []string          // programs that Setup uses
	Lacks []string          // files of the machine that the node has not

	// Setup is done to the running node.
	Setup func(ctx context.Context, m *machine.Machine) error
}

//go:embed config/10-pods.conflist
var podNetwork string

// Bridge is a network for pods: a bridge of the node's.
var Bridge = Part{Files: map[string]string{"/etc/cni/net.d/10-pods.conflist": podNetwork}}

// Plugins are chainsaw's, without a daemon.
var Plugins = Part{Built: []string{"chainsaw", "chainsaw-inspect", "chainsaw-filter"}}

// assemble puts the parts into the options.
func assemble(ctx context.Context, options machine.Options, parts []Part) (machine.Options, error) {
	options.Files = map[string]string{}
	for _, part := range parts {
		maps.Copy(options.Files, part.Files)
		options.Lacks = append(options.Lacks, part.Lacks...)
		if _, err := programs.Get(ctx, part.Needs...); err != nil {
			return options, err
		}
		plugins, err := programs.Get(ctx, part.CNI...)
		if err != nil {
			return options, err
		}
		for _, path := range plugins {
			options.CNI = append(options.CNI, path)
		}
		for _, name := range part.Built {
			path, err := worktree.Path("bin", name)
			if err != nil {
				return options, err
			}
			options.CNI = append(options.CNI, path)
		}
	}
	return options, nil
}

func setUp(ctx context.Context, m *machine.Machine, parts []Part) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for _, part := range parts {
		if part.Setup == nil {
			continue
		}
		if err := part.Setup(ctx, m); err != nil {
			return fmt.Errorf("setting up the node: %w", err)
		}
	}
	return nil
}
