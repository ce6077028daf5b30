package chain

import (
	"context"
	"path/filepath"
	"slices"

	"github.com/containernetworking/cni/libcni"
	"github.com/containernetworking/cni/pkg/invoke"
	"github.com/containernetworking/cni/pkg/types"
	"github.com/containernetworking/cni/pkg/version"
)

// Chain is a chain of plugins with the attachment that it is called for.
type Chain struct {
	List    *libcni.NetworkConfigList
	Folders []string // where the plugins are
	Runtime *libcni.RuntimeConf

	// Around is called for each plugin of an ADD, and calls add once.
	Around func(plugin string, add func())
}

// Add is ADD of every plugin until one fails.
func (c Chain) Add(ctx context.Context) (types.Result, error) {
	exec := &watchedExec{DefaultExec: invoke.DefaultExec{RawExec: &invoke.RawExec{}}, around: c.Around}
	return libcni.NewCNIConfig(c.Folders, exec).AddNetworkList(ctx, c.List, c.Runtime)
}

// Checkable tells whether the configuration's version has CHECK.
func (c Chain) Checkable() bool {
	checkable, err := version.GreaterThanOrEqualTo(c.List.CNIVersion, "0.4.0")
	return err == nil && checkable && !c.List.DisableCheck
}

// Check is CHECK of every plugin.
func (c Chain) Check(ctx context.Context) error {
	return libcni.NewCNIConfig(c.Folders, nil).CheckNetworkList(ctx, c.List, c.Runtime)
}

// Del is DEL of every plugin, last one first.
func (c Chain) Del(ctx context.Context) error {
	return libcni.NewCNIConfig(c.Folders, nil).DelNetworkList(ctx, c.List, c.Runtime)
}

// watchedExec starts plugins as libcni does by itself.
type watchedExec struct {
	invoke.DefaultExec
	around func(plugin string, add func())
}

// ExecPlugin is also how libcni asks a plugin for its versions.
func (e *watchedExec) ExecPlugin(ctx context.Context, path string, stdin []byte, environ []string) (stdout []byte, err error) {
	if e.around == nil || !slices.Contains(environ, "CNI_COMMAND=ADD") {
		return e.DefaultExec.ExecPlugin(ctx, path, stdin, environ)
	}
	e.around(filepath.Base(path), func() {
		stdout, err = e.DefaultExec.ExecPlugin(ctx, path, stdin, environ)
	})
	return stdout, err
}
