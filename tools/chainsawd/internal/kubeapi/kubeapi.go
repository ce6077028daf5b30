// Package kubeapi is chainsawd's connection to the API server: who it is there,
// and one HTTP client for all that it asks. Tokens and CA are read from files
// as the kubelet renews them.
//
// It asks nothing itself: see the packages annotations and events.
package kubeapi

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/transport"

	"github.com/chainsaw-cni/chainsaw/shared/version"
)

// Folder is where the kubelet puts a pod's account.
const Folder = "/var/run/secrets/kubernetes.io/serviceaccount"

// ErrNotInPod says that this process has not been started by a kubelet.
var ErrNotInPod = errors.New("KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set: this is no pod of Kubernetes")

// Account is a pod's identity at its API server.
type Account struct {
	Server string // https://HOST:PORT
	Folder string // with the files token and ca.crt, which the kubelet renews
}

// InPod is the account of the pod that this process runs in.
func InPod() (Account, error) {
	host, port := os.Getenv("KUBERNETES_SERVICE_HOST"), os.Getenv("KUBERNETES_SERVICE_PORT")
	if host == "" || port == "" {
		return Account{}, ErrNotInPod
	}
	return Account{Server: "https://" + net.JoinHostPort(host, port), Folder: Folder}, nil
}

// TokenFile is the path of the account's token.
func (a Account) TokenFile() string { return filepath.Join(a.Folder, "token") }

// CAFile is the path of the certificate which the API server's is checked by.
func (a Account) CAFile() string { return filepath.Join(a.Folder, "ca.crt") }

// Request is one request that was made.
type Request struct {
	Verb   string // get, list, watch, create, patch: the words of RBAC
	Status string // the HTTP status code, or "none" if there was no answer
}

// Connection is an account's way to its API server.
type Connection struct {
	config *rest.Config
	client *http.Client
}

// Connect prepares the connection; the first request makes it, so that this
// works while the API server is away. Each request is told to observe, which
// must not block and may be nil.
func Connect(account Account, observe func(Request)) (*Connection, error) {
	config := &rest.Config{
		Host:            account.Server,
		TLSClientConfig: rest.TLSClientConfig{CAFile: account.CAFile()},
		// Not BearerTokenFile, which keeps to a token that is refused for a minute.
		WrapTransport:  transport.ResettableTokenSourceWrapTransport(transport.NewCachedFileTokenSource(account.TokenFile())),
		UserAgent:      "chainsawd/" + version.Version,
		WarningHandler: rest.NoWarnings{},
	}
	client, err := rest.HTTPClientFor(config)
	if err != nil {
		return nil, fmt.Errorf("preparing the connection to the API server %s: %w", account.Server, err)
	}
	// No API server redirects, and client-go would send the token along.
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	if observe != nil {
		client.Transport = observed{client.Transport, observe}
	}
	return &Connection{config: config, client: client}, nil
}

// Client returns what the constructors of client-go's NewForConfigAndClient
// want. Each caller has an allowance of its own, so that a storm of one does
// not keep the others waiting.
func (c *Connection) Client(perSecond float32, burst int) (*rest.Config, *http.Client) {
	config := rest.CopyConfig(c.config)
	config.QPS, config.Burst = perSecond, burst
	return config, c.client
}
