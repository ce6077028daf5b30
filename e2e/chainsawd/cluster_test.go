package chainsawd

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	core "k8s.io/api/core/v1"
	rbac "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"sigs.k8s.io/yaml"

	"github.com/chainsaw-cni/chainsaw/e2e/apiserver"
	"github.com/chainsaw-cni/chainsaw/shared/pod"
)

const (
	nodeName  = "node-1"
	namespace = "default"
	account   = "kube-chainsaw-cni"
	// accountFolder is where a kubelet puts the account of a pod.
	accountFolder = "/var/run/secrets/kubernetes.io/serviceaccount"
)

// cluster is the API server with what `kubectl create -f daemonset.yaml` makes
// on it, but for the daemon set.
type cluster struct {
	server *apiserver.Server
	admin  kubernetes.Interface
}

func startCluster(t *testing.T) *cluster {
	t.Helper()
	c := &cluster{server: server(t)}
	config := c.server.Admin()
	config.QPS = -1 // in no hurry to be slow
	c.admin = kubernetes.NewForConfigOrDie(config)
	c.deploy(t)
	c.mountAccount(t, c.token(t))
	return c
}

// deploy makes the rights that are shipped, and no others.
func (c *cluster) deploy(t *testing.T) {
	t.Helper()
	text, err := os.ReadFile("../../deployments/daemonset.yaml")
	if err != nil {
		t.Fatal(err)
	}
	ctx, create := context.WithoutCancel(t.Context()), metav1.CreateOptions{} // cleanups deploy, too
	for document := range bytes.SplitSeq(text, []byte("\n---\n")) {
		var kind metav1.TypeMeta
		decode(t, document, &kind)
		switch kind.Kind {
		case "ServiceAccount":
			var o core.ServiceAccount
			decode(t, document, &o)
			_, err = c.admin.CoreV1().ServiceAccounts(o.Namespace).Create(ctx, &o, create)
		case "ClusterRole":
			var o rbac.ClusterRole
			decode(t, document, &o)
			_, err = c.admin.RbacV1().ClusterRoles().Create(ctx, &o, create)
		case "ClusterRoleBinding":
			var o rbac.ClusterRoleBinding
			decode(t, document, &o)
			_, err = c.admin.RbacV1().ClusterRoleBindings().Create(ctx, &o, create)
		}
		if err != nil && !apierrors.IsAlreadyExists(err) { // an earlier test made it
			t.Fatalf("creating the %s: %v", kind.Kind, err)
		}
	}
}

func decode(t *testing.T, text []byte, into any) {
	t.Helper()
	if err := yaml.Unmarshal(text, into); err != nil {
		t.Fatal(err)
	}
}

func (c *cluster) token(t *testing.T) string {
	t.Helper()
	token, err := c.server.Token(t.Context(), metav1.NamespaceSystem, account)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// mountAccount does what the kubelet does when chainsawd's pod starts, and when
// it renews the token.
func (c *cluster) mountAccount(t *testing.T, token string) {
	t.Helper()
	ca, err := os.ReadFile(filepath.Join(c.server.Dir, "ca.crt"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(accountFolder, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{"token": token, "ca.crt": string(ca)} {
		path := filepath.Join(accountFolder, name)
		if err := os.WriteFile(path+".new", []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(path+".new", path); err != nil {
			t.Fatal(err)
		}
	}
}

// environment is what a kubelet gives a container of this node.
func (c *cluster) environment() []string {
	host, port, _ := strings.Cut(strings.TrimPrefix(c.server.URL, "https://"), ":")
	return []string{"NODE_NAME=" + nodeName, "KUBERNETES_SERVICE_HOST=" + host, "KUBERNETES_SERVICE_PORT=" + port}
}

// pod makes a pod of this node that asks for these commands, until the test ends.
func (c *cluster) pod(t *testing.T, name, commands string) pod.Ref {
	t.Helper()
	created, err := c.admin.CoreV1().Pods(namespace).Create(t.Context(), &core.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: name, Annotations: map[string]string{pod.CommandsAnnotation: commands}},
		Spec: core.PodSpec{
			NodeName:   nodeName,
			Containers: []core.Container{{Name: "c", Image: "localhost/none"}},
		},
	}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.remove(t, name) })
	return pod.Ref{Namespace: namespace, Name: name, UID: string(created.UID)}
}

func (c *cluster) remove(t *testing.T, name string) {
	t.Helper()
	now := metav1.DeleteOptions{GracePeriodSeconds: new(int64)}
	err := c.admin.CoreV1().Pods(namespace).Delete(context.WithoutCancel(t.Context()), name, now)
	if err != nil && !apierrors.IsNotFound(err) {
		t.Error(err)
	}
}
