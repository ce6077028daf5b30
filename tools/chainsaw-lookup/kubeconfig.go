package main

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/clientcmd/api"

	"github.com/chainsaw-cni/chainsaw/shared/version"
)

// errKubeconfig is in every error that is the kubeconfig's own.
var errKubeconfig = errors.New("this kubeconfig is not used")

// configure makes a client configuration of the kubeconfig's current context.
// What has an effect is copied by name; whatever else client-go knows, now or
// later, has none. What a file holds has been read here.
func configure(path string) (*rest.Config, error) {
	data, err := readTrusted(path)
	if err != nil {
		return nil, err
	}
	kubeconfig, err := clientcmd.Load(data)
	if err != nil {
		return nil, fmt.Errorf("decoding it: %w", err)
	}
	cluster, user, err := current(kubeconfig)
	if err != nil {
		return nil, err
	}
	if err := judge(cluster, user); err != nil {
		return nil, err
	}
	return assemble(folder(filepath.Dir(path)), cluster, user)
}

func current(kubeconfig *api.Config) (*api.Cluster, *api.AuthInfo, error) {
	context, found := kubeconfig.Contexts[kubeconfig.CurrentContext]
	if !found {
		return nil, nil, fmt.Errorf("its current-context %q is none of its contexts", kubeconfig.CurrentContext)
	}
	cluster, found := kubeconfig.Clusters[context.Cluster]
	if !found {
		return nil, nil, fmt.Errorf("its context %q names the cluster %q, which it does not have", kubeconfig.CurrentContext, context.Cluster)
	}
	user, found := kubeconfig.AuthInfos[context.AuthInfo]
	if !found {
		return nil, nil, fmt.Errorf("its context %q names the user %q, which it does not have", kubeconfig.CurrentContext, context.AuthInfo)
	}
	return cluster, user, nil
}

// judge refuses what assemble would only leave out: who wrote it counts on it.
func judge(cluster *api.Cluster, user *api.AuthInfo) error {
	server, err := url.Parse(cluster.Server)
	if err != nil || server.Scheme != "https" || server.Host == "" {
		return fmt.Errorf("its server %q is no https:// URL", cluster.Server)
	}
	impersonates := user.Impersonate != "" || user.ImpersonateUID != "" ||
		len(user.ImpersonateGroups) > 0 || len(user.ImpersonateUserExtra) > 0
	for _, setting := range []struct {
		name, why string
		set       bool
	}{
		{"exec", "starts a program as root", user.Exec != nil},
		{"auth-provider", "Kubernetes has given up", user.AuthProvider != nil},
		{"username or password", "Kubernetes has given up", user.Username != "" || user.Password != ""},
		{"as", "takes more rights than reading a pod", impersonates},
		{"proxy-url", "shows somebody else whom we talk to", cluster.ProxyURL != ""},
		{"insecure-skip-tls-verify", "gives the token to whoever answers", cluster.InsecureSkipTLSVerify},
	} {
		if setting.set {
			return fmt.Errorf("it sets %s, which %s: remove that; a token or a client certificate is all it needs", setting.name, setting.why)
		}
	}
	return nil
}

func assemble(home folder, cluster *api.Cluster, user *api.AuthInfo) (*rest.Config, error) {
	config := &rest.Config{
		Host:            cluster.Server,
		TLSClientConfig: rest.TLSClientConfig{ServerName: cluster.TLSServerName},
		UserAgent:       "chainsaw-lookup/" + version.Version,
		WarningHandler:  rest.NoWarnings{},
		Proxy:           func(*http.Request) (*url.URL, error) { return nil, nil }, // nil would mean the environment's
	}
	var token []byte
	for _, part := range []struct {
		into       *[]byte
		name, file string
		inline     []byte
	}{
		{&config.CAData, "certificate-authority", cluster.CertificateAuthority, cluster.CertificateAuthorityData},
		{&config.CertData, "client-certificate", user.ClientCertificate, user.ClientCertificateData},
		{&config.KeyData, "client-key", user.ClientKey, user.ClientKeyData},
		{&token, "tokenFile", user.TokenFile, []byte(user.Token)},
	} {
		content, err := home.load(part.file, part.inline)
		if err != nil {
			return nil, fmt.Errorf("its %s: %w", part.name, err)
		}
		*part.into = content
	}
	config.BearerToken = strings.TrimSpace(string(token))
	return config, nil
}
