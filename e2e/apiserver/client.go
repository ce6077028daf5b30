package apiserver

import (
	"context"
	"fmt"

	authentication "k8s.io/api/authentication/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd/api"
)

// Admin is the configuration of a client that may do everything.
func (s *Server) Admin() *rest.Config {
	return &rest.Config{Host: s.URL, TLSClientConfig: rest.TLSClientConfig{
		CAData: s.ca.Cert, CertData: s.admin.Cert, KeyData: s.admin.Key,
	}}
}

// Kubeconfig is a kubeconfig for this server, to be changed and then written by
// clientcmd.Write.
func (s *Server) Kubeconfig(user api.AuthInfo) api.Config {
	return api.Config{
		Clusters:       map[string]*api.Cluster{"e2e": {Server: s.URL, CertificateAuthorityData: s.ca.Cert}},
		AuthInfos:      map[string]*api.AuthInfo{"e2e": &user},
		Contexts:       map[string]*api.Context{"e2e": {Cluster: "e2e", AuthInfo: "e2e"}},
		CurrentContext: "e2e",
	}
}

// Token makes a token for a ServiceAccount that exists, as a kubelet does for
// the pods of that account.
func (s *Server) Token(ctx context.Context, namespace, account string) (string, error) {
	client, err := kubernetes.NewForConfig(s.Admin())
	if err != nil {
		return "", err
	}
	request, err := client.CoreV1().ServiceAccounts(namespace).
		CreateToken(ctx, account, &authentication.TokenRequest{}, metav1.CreateOptions{})
	if err != nil {
		return "", fmt.Errorf("making a token for %s/%s: %w", namespace, account, err)
	}
	return request.Status.Token, nil
}
