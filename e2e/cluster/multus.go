package cluster

import (
	"context"
	_ "embed"
	"os"

	"github.com/chainsaw-cni/chainsaw/e2e/cluster/image"
	"github.com/chainsaw-cni/chainsaw/e2e/cluster/machine"
	"github.com/chainsaw-cni/chainsaw/e2e/cluster/programs"
	"github.com/chainsaw-cni/chainsaw/e2e/cluster/retry"
)

//go:embed config/net-attach-def.yaml
var netAttachDefs string

// ThinMultus makes Multus the node's network, as a plugin without a daemon.
var ThinMultus = ThinMultusWith(`"delegates": [` + podNetwork + `]`)

// ThinMultusWith is ThinMultus with these keys, of which one says what the
// pods' first interface is.
func ThinMultusWith(keys string) Part {
	return Part{
		CNI: []string{"multus"},
		Files: map[string]string{"/etc/cni/net.d/00-multus.conf": `{
			"cniVersion": "1.0.0", "name": "multus-cni-network", "type": "multus",
			"kubeconfig": "/etc/kubernetes/admin.conf",
			"logFile": "/var/log/multus.log", "logLevel": "verbose",
			"capabilities": {"portMappings": true}, ` + keys + `}`},
		Setup: defineNetAttachDefs,
	}
}

func defineNetAttachDefs(ctx context.Context, m *machine.Machine) error {
	if err := apply(ctx, m, "default", netAttachDefs); err != nil {
		return err
	}
	_, err := kubectl(ctx, m, "", "wait", "--for=condition=Established", "--timeout=60s",
		"crd/network-attachment-definitions.k8s.cni.cncf.io")
	return err
}

// ThickMultus is Multus as a daemon, deployed by the manifest that it comes
// with: a pod that runs plugins chrooted to the node.
var ThickMultus = Part{Needs: multusImage, Setup: func(ctx context.Context, m *machine.Machine) error {
	if err := pushMultus(ctx, m); err != nil {
		return err
	}
	manifest, err := programs.Source(ctx, "multus-daemon", "deployments/multus-daemonset-thick.yml")
	if err != nil {
		return err
	}
	if err := apply(ctx, m, system, manifest); err != nil {
		return err
	}
	return retry.Until(ctx, func() error {
		_, err := os.Stat(m.Root("/etc/cni/net.d/00-multus.conf"))
		return err
	})
}}

// multusImage are the programs in the image of Multus.
var multusImage = []string{"multus-daemon", "multus-shim", "install_multus", "passthru"}

func pushMultus(ctx context.Context, m *machine.Machine) error {
	base, err := alpine(ctx)
	if err != nil {
		return err
	}
	paths, err := programs.Get(ctx, multusImage...)
	if err != nil {
		return err
	}
	files := map[string]string{}
	for name, path := range paths {
		files["/usr/src/multus-cni/bin/"+name] = path
	}
	multus, err := image.With(base, files)
	if err != nil {
		return err
	}
	return m.Push(ctx, "ghcr.io/k8snetworkplumbingwg/multus-cni:snapshot-thick", multus)
}
