// Package cluster fetches a pod and its net-attach-defs from a cluster, as the
// user's kubeconfig lets it. It only gets objects by name.
//
// It looks into none of them.
package cluster

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	nadclient "github.com/k8snetworkplumbingwg/network-attachment-definition-client/pkg/client/clientset/versioned/typed/k8s.cni.cncf.io/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	coreclient "k8s.io/client-go/kubernetes/typed/core/v1"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/delegate"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/exit"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/manifest"
)

// timeout is for one question to the API server.
const timeout = 10 * time.Second

// Config says which cluster; its zero value is that of the user's kubeconfig.
type Config struct {
	Kubeconfig string
	Context    string
	Namespace  string
}

// Fetch gets pods, each by NAME or NAMESPACE/NAME, and the networks that they
// ask for. Its errors have exit codes.
func (c Config) Fetch(ctx context.Context, pods []string) (manifest.Set, error) {
	f, err := c.connect()
	if err != nil {
		return manifest.Set{}, exit.With(exit.Usage, fmt.Errorf("reading the kubeconfig: %w; name files with -f if there is no cluster", err))
	}
	for _, name := range pods {
		if err := f.add(ctx, name); err != nil {
			return manifest.Set{}, err
		}
	}
	return f.set, nil
}

type fetcher struct {
	namespace string
	core      coreclient.PodsGetter
	networks  nadclient.NetworkAttachmentDefinitionsGetter
	set       manifest.Set
	seen      map[string]bool // networks
}

func (c Config) connect() (*fetcher, error) {
	rules := clientcmd.NewDefaultClientConfigLoadingRules()
	rules.ExplicitPath = c.Kubeconfig
	overrides := &clientcmd.ConfigOverrides{CurrentContext: c.Context}
	overrides.Context.Namespace = c.Namespace
	loaded := clientcmd.NewNonInteractiveDeferredLoadingClientConfig(rules, overrides)
	config, err := loaded.ClientConfig()
	if err != nil {
		return nil, err
	}
	config.Timeout = timeout
	namespace, _, err := loaded.Namespace()
	if err != nil {
		return nil, err
	}
	core, err := coreclient.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	networks, err := nadclient.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	return &fetcher{namespace: namespace, core: core, networks: networks, seen: make(map[string]bool)}, nil
}

func (f *fetcher) add(ctx context.Context, name string) error {
	namespace := f.namespace
	if ns, rest, found := strings.Cut(name, "/"); found {
		namespace, name = ns, rest
	}
	pod, err := f.core.Pods(namespace).Get(ctx, name, metav1.GetOptions{})
	if err != nil {
		return said("pod", namespace+"/"+name, err)
	}
	f.set.Pods = append(f.set.Pods, *pod)
	return f.addNetworks(ctx, pod)
}

func (f *fetcher) addNetworks(ctx context.Context, pod *corev1.Pod) error {
	selected, err := delegate.Selected(pod)
	if err != nil {
		return exit.With(exit.Usage, err)
	}
	for _, s := range selected {
		full := s.Namespace + "/" + s.Name
		if f.seen[full] {
			continue
		}
		f.seen[full] = true
		network, err := f.networks.NetworkAttachmentDefinitions(s.Namespace).Get(ctx, s.Name, metav1.GetOptions{})
		if err != nil {
			return said("net-attach-def", full, err)
		}
		f.set.Networks = append(f.set.Networks, *network)
	}
	return nil
}

// said tells what the cluster does not have from a cluster that does not answer.
func said(what, name string, err error) error {
	if apierrors.IsNotFound(err) {
		return exit.With(exit.Usage, fmt.Errorf("there is no %s %s in the cluster: %w", what, name, err))
	}
	if errors.Is(err, context.Canceled) {
		return err
	}
	return exit.With(exit.CouldNotRun, fmt.Errorf("getting the %s %s from the cluster: %w", what, name, err))
}
