package kubeconfig

import (
	"bytes"
	"fmt"
	"os"
	"slices"

	clientcmd "k8s.io/client-go/tools/clientcmd/api/v1"
	"sigs.k8s.io/yaml"

	"github.com/chainsaw-cni/chainsaw/tools/chainsawd/internal/kubeapi"
)

// header tells people, and chainsawd itself, who wrote the file.
const header = "# Written by chainsawd, which renews it. Its token ends with chainsawd's pod.\n"

func isOurs(there []byte) bool { return bytes.HasPrefix(there, []byte(header)) }

// content is a kubeconfig that refers to no other file, because it has to come
// and go in one piece.
func content(account kubeapi.Account) ([]byte, error) {
	token, err := os.ReadFile(account.TokenFile())
	if err != nil {
		return nil, err
	}
	ca, err := os.ReadFile(account.CAFile())
	if err != nil {
		return nil, err
	}
	token = bytes.TrimSpace(token)
	if len(token) == 0 || len(ca) == 0 {
		return nil, fmt.Errorf("the kubelet has put no token or no CA into %s", account.Folder)
	}
	const name = "chainsawd"
	text, err := yaml.Marshal(clientcmd.Config{
		APIVersion:     "v1",
		Kind:           "Config",
		Clusters:       []clientcmd.NamedCluster{{Name: name, Cluster: clientcmd.Cluster{Server: account.Server, CertificateAuthorityData: ca}}},
		AuthInfos:      []clientcmd.NamedAuthInfo{{Name: name, AuthInfo: clientcmd.AuthInfo{Token: string(token)}}},
		Contexts:       []clientcmd.NamedContext{{Name: name, Context: clientcmd.Context{Cluster: name, AuthInfo: name}}},
		CurrentContext: name,
	})
	return slices.Concat([]byte(header), text), err
}
