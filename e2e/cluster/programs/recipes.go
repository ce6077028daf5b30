package programs

import "context"

// recipe is a way to get a program.
type recipe interface {
	get(ctx context.Context, cache, name string) (path string, err error)
}

const (
	containerd = "github.com/containerd/containerd/v2/cmd/"
	multus     = "gopkg.in/k8snetworkplumbingwg/multus-cni.v4/cmd/"
)

var recipes = map[string]recipe{
	"etcd":                    kubernetesProgram{pkg: "go.etcd.io/etcd/server/v3"},
	"kube-apiserver":          kubernetes("kube-apiserver"),
	"kube-controller-manager": kubernetes("kube-controller-manager"),
	"kube-scheduler":          kubernetes("kube-scheduler"),
	"kubelet":                 kubernetes("kubelet"),
	"kubectl":                 kubernetes("kubectl"),

	"containerd":              goProgram{module: "node", pkg: containerd + "containerd"},
	"containerd-shim-runc-v2": goProgram{module: "node", pkg: containerd + "containerd-shim-runc-v2"},
	"ctr":                     goProgram{module: "node", pkg: containerd + "ctr"},
	"runc":                    goProgram{module: "node", pkg: "github.com/opencontainers/runc", seccomp: true},
	"multus":                  goProgram{module: "node", pkg: multus + "multus"},
	"multus-daemon":           goProgram{module: "node", pkg: multus + "multus-daemon"},
	"multus-shim":             goProgram{module: "node", pkg: multus + "multus-shim"},
	"install_multus":          goProgram{module: "node", pkg: multus + "install_multus"},
	"passthru":                goProgram{module: "node", pkg: multus + "passthru-cni"},

	"busybox": debianFile{pkg: "busybox-static", path: "bin/busybox"},

	"containerd-1.6":              debianFile{pkg: "containerd", path: "usr/bin/containerd"},
	"containerd-shim-runc-v2-1.6": debianFile{pkg: "containerd", path: "usr/bin/containerd-shim-runc-v2"},
	"ctr-1.6":                     debianFile{pkg: "containerd", path: "usr/bin/ctr"},
	"runc-1.1":                    debianFile{pkg: "runc", path: "usr/sbin/runc"},
}

func kubernetes(command string) kubernetesProgram {
	return kubernetesProgram{pkg: "k8s.io/kubernetes/cmd/" + command, stamped: true}
}
