package main

import (
	"context"
	"fmt"
	"net/http"

	"k8s.io/client-go/metadata"
	"k8s.io/client-go/rest"

	"github.com/chainsaw-cni/chainsaw/shared/daemon"
	"github.com/chainsaw-cni/chainsaw/shared/pod"
	"github.com/chainsaw-cni/chainsaw/tools/internal/apiserver"
)

// maxBody is more than etcd stores of an object.
const maxBody = 4 << 20

// lookup asks for the pod by one GET.
func lookup(ctx context.Context, kubeconfig string, ref pod.Ref) (daemon.Metadata, error) {
	client, err := connect(kubeconfig)
	if err != nil {
		return daemon.Metadata{}, fmt.Errorf("%w: %s: %w", errKubeconfig, kubeconfig, err)
	}
	return apiserver.Get(ctx, client.Resource(apiserver.Pods), ref)
}

// connect only prepares the connection; the first request makes it.
func connect(kubeconfig string) (metadata.Interface, error) {
	config, err := configure(kubeconfig)
	if err != nil {
		return nil, err
	}
	client, err := rest.HTTPClientFor(config)
	if err != nil {
		return nil, err
	}
	// No API server redirects a GET, and client-go would send the token along.
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	client.Transport = bounded{client.Transport}
	return metadata.NewForConfigAndClient(config, client)
}

// bounded ends a response that is longer than any pod's metadata.
type bounded struct{ http.RoundTripper }

func (b bounded) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := b.RoundTripper.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	response.Body = http.MaxBytesReader(nil, response.Body, maxBody)
	return response, nil
}
