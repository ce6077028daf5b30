package machine

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
)

// component is a program that runs for as long as the node does.
type component struct {
	name  string
	args  []string
	after func(context.Context) error // what it needs answers, if it returns no error
}

var components = []component{
	{name: "etcd", args: []string{
		"--data-dir=/var/lib/etcd/data", "--unsafe-no-fsync", "--log-level=warn",
		"--listen-client-urls=" + etcdURL, "--advertise-client-urls=" + etcdURL,
	}},
	{name: "containerd"},
	{name: "kube-apiserver", args: []string{
		"--etcd-servers=" + etcdURL,
		"--secure-port=443", "--advertise-address=" + nodeIP.String(), "--service-cluster-ip-range=" + serviceCIDR,
		"--tls-cert-file=" + pkiDir + "apiserver.crt", "--tls-private-key-file=" + pkiDir + "apiserver.key",
		"--client-ca-file=" + pkiDir + "ca.crt",
		"--kubelet-client-certificate=" + pkiDir + "apiserver-kubelet-client.crt",
		"--kubelet-client-key=" + pkiDir + "apiserver-kubelet-client.key",
		"--kubelet-preferred-address-types=InternalIP",
		"--service-account-issuer=https://kubernetes.default.svc",
		"--service-account-key-file=" + pkiDir + "sa.key", "--service-account-signing-key-file=" + pkiDir + "sa.key",
		"--authorization-mode=Node,RBAC", "--allow-privileged", "--profiling=false",
	}},
	{name: "kube-controller-manager", after: apiAnswers, args: []string{
		"--kubeconfig=" + etc + "controller-manager.conf", "--leader-elect=false", "--bind-address=127.0.0.1",
		"--use-service-account-credentials", "--root-ca-file=" + pkiDir + "ca.crt",
		"--service-account-private-key-file=" + pkiDir + "sa.key",
		"--flex-volume-plugin-dir=/var/lib/kubelet/volume-plugins",
	}},
	{name: "kube-scheduler", after: apiAnswers, args: []string{
		"--kubeconfig=" + etc + "scheduler.conf", "--leader-elect=false", "--bind-address=127.0.0.1",
	}},
	{name: "kubelet", after: nodeAnswers, args: []string{
		"--config=" + etc + "kubelet.yaml", "--kubeconfig=" + etc + "kubelet.conf",
		"--hostname-override=" + NodeName, "--node-ip=" + nodeIP.String(),
	}},
}

const (
	etcdURL          = "http://127.0.0.1:2379"
	containerdSocket = "/run/containerd/containerd.sock"
)

func nodeAnswers(ctx context.Context) error {
	return errors.Join(containerdAnswers(ctx), apiAnswers(ctx))
}

func containerdAnswers(ctx context.Context) error {
	connection, err := new(net.Dialer).DialContext(ctx, "unix", containerdSocket)
	if err != nil {
		return err
	}
	return connection.Close()
}

func apiAnswers(ctx context.Context) error {
	ca, err := os.ReadFile(pkiDir + "ca.crt")
	if err != nil {
		return err
	}
	own, err := tls.LoadX509KeyPair(pkiDir+"admin.crt", pkiDir+"admin.key")
	if err != nil {
		return err
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(ca)
	client := http.Client{Transport: &http.Transport{
		TLSClientConfig:   &tls.Config{RootCAs: pool, Certificates: []tls.Certificate{own}},
		DisableKeepAlives: true,
	}}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, apiURL+"/readyz", nil)
	if err != nil {
		return err
	}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", apiURL, response.Status)
	}
	return nil
}
