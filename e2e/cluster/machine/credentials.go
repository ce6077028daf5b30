package machine

import (
	"errors"
	"net"
	"os"
	"path/filepath"

	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/clientcmd/api"

	"github.com/chainsaw-cni/chainsaw/e2e/cluster/pki"
)

// Files lie where kubeadm puts them.
const (
	etc       = "/etc/kubernetes/"
	pkiDir    = etc + "pki/"
	adminConf = etc + "admin.conf"

	apiURL = "https://127.0.0.1:443"
)

// clients are the users that the node's own programs are, by the name of their
// files.
var clients = map[string]struct {
	user   string
	groups []string
}{
	"admin":                    {"kubernetes-admin", []string{"system:masters"}},
	"controller-manager":       {"system:kube-controller-manager", nil},
	"scheduler":                {"system:kube-scheduler", nil},
	"kubelet":                  {"system:node:" + NodeName, []string{"system:nodes"}},
	"apiserver-kubelet-client": {"kube-apiserver-kubelet-client", []string{"system:masters"}},
}

func writeCredentials() error {
	ca, err := pki.NewAuthority()
	if err != nil {
		return err
	}
	serving, err := ca.Server("kubernetes", net.IPv4(127, 0, 0, 1), apiIP, nodeIP)
	if err != nil {
		return err
	}
	tokens, err := pki.SigningKey()
	if err != nil {
		return err
	}
	err = errors.Join(
		os.MkdirAll(pkiDir, 0o755),
		os.WriteFile(pkiDir+"sa.key", tokens, 0o600),
		os.WriteFile(pkiDir+"ca.crt", ca.Cert, 0o644),
		writePair("apiserver", serving))
	for name, client := range clients {
		credential, issueErr := ca.Client(client.user, client.groups...)
		err = errors.Join(err, issueErr, writePair(name, credential), writeKubeconfig(name, credential, ca.Cert))
	}
	return err
}

func writePair(name string, credential pki.Credential) error {
	return errors.Join(
		os.WriteFile(pkiDir+name+".crt", credential.Cert, 0o644),
		os.WriteFile(pkiDir+name+".key", credential.Key, 0o600))
}

func writeKubeconfig(name string, credential pki.Credential, ca []byte) error {
	const node = "e2e"
	return clientcmd.WriteToFile(api.Config{
		Clusters: map[string]*api.Cluster{node: {Server: apiURL, CertificateAuthorityData: ca}},
		AuthInfos: map[string]*api.AuthInfo{node: {
			ClientCertificateData: credential.Cert, ClientKeyData: credential.Key,
		}},
		Contexts:       map[string]*api.Context{node: {Cluster: node, AuthInfo: node}},
		CurrentContext: node,
	}, filepath.Join(etc, name+".conf"))
}
