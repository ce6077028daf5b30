package main

import (
	"context"
	"fmt"
	"net/http"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/rest"

	"github.com/chainsaw-cni/chainsaw/shared/daemon"
	"github.com/chainsaw-cni/chainsaw/shared/pod"
)

// maxBody is more than etcd stores of an object.
const maxBody = 4 << 20

// lookup asks for the pod by one GET. It does not accept an old state
// (resourceVersion 0): the pod that is looked for is seconds old.
func lookup(ctx context.Context, kubeconfig string, ref pod.Ref) (daemon.Metadata, error) {
	client, err := connect(kubeconfig)
	if err != nil {
		return daemon.Metadata{}, fmt.Errorf("%w: %s: %w", errKubeconfig, kubeconfig, err)
	}
	pods := client.Resource(schema.GroupVersionResource{Version: "v1", Resource: "pods"})
	found, err := pods.Namespace(ref.Namespace).Get(ctx, ref.Name, metav1.GetOptions{})
	if err != nil {
		return daemon.Metadata{}, err
	}
	return daemon.Metadata{UID: string(found.UID), Annotations: ours(found.Annotations)}, nil
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

// ours leaves out what is not a network plugin's business.
func ours(all map[string]string) map[string]string {
	few := map[string]string{}
	for _, key := range [...]string{pod.CommandsAnnotation, pod.MirrorAnnotation} {
		if value, found := all[key]; found {
			few[key] = value
		}
	}
	return few
}
