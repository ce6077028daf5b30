package machine

import (
	"embed"
	"errors"
	"os"
	"path"
	"path/filepath"
)

// PauseImage is what the sandboxes of pods run.
const PauseImage = "registry.k8s.io/pause:3.10.1"

//go:embed config
var configs embed.FS

func (p plan) configure() error {
	for path, content := range p.Files {
		if err := write(path, []byte(content)); err != nil {
			return err
		}
	}
	return errors.Join(
		os.Mkdir(etc+"manifests", 0o755),
		put("kubelet.yaml", etc+"kubelet.yaml"),
		put(p.Config, "/etc/containerd/config.toml"),
		put("hosts.toml", "/etc/containerd/certs.d/_default/hosts.toml"),
		os.MkdirAll("/etc/cni/net.d", 0o755),
	)
}

func put(name, to string) error {
	content, err := configs.ReadFile(path.Join("config", name))
	if err != nil {
		return err
	}
	return write(to, content)
}

func write(path string, content []byte) error {
	return errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, content, 0o644))
}
