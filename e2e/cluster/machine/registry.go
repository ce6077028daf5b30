package machine

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

const registryAddress = "127.0.0.1:5000"

// serveRegistry serves the registry that stands for all of them: to the node
// on its loopback, and to us on a socket in its folder.
func serveRegistry(ctx context.Context) error {
	handler := registry.New()
	for network, address := range map[string]string{"tcp": registryAddress, "unix": filepath.Join(home, socketFile)} {
		listener, err := new(net.ListenConfig).Listen(ctx, network, address)
		if err != nil {
			return fmt.Errorf("serving the registry: %w", err)
		}
		server := &http.Server{Handler: handler}
		go func() { fmt.Fprintln(os.Stderr, "registry:", server.Serve(listener)) }()
	}
	return nil
}

// Push makes an image, or an index of them, known under the name that it has on
// the Internet, such as alpine.
func (m *Machine) Push(ctx context.Context, image string, content remote.Taggable) error {
	ref, err := name.ParseReference(image)
	if err != nil {
		return err
	}
	// A mirror knows the repository but not the host that it stands for.
	local, err := name.NewRepository(registryAddress+"/"+ref.Context().RepositoryStr(), name.Insecure)
	if err != nil {
		return err
	}
	transport := &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", filepath.Join(m.dir, socketFile))
	}}
	defer transport.CloseIdleConnections()
	err = remote.Push(local.Tag(ref.Identifier()), content, remote.WithContext(ctx), remote.WithTransport(transport))
	if err != nil {
		return fmt.Errorf("pushing %s to the node: %w", image, err)
	}
	return nil
}
