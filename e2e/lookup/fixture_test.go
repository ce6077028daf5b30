// Package lookup tests the look-up through chainsaw-lookup with the real
// executable on a real API server: what is found, what is said when nothing is,
// and what a kubeconfig cannot make a root process do.
package lookup

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	core "k8s.io/api/core/v1"
	rbac "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/clientcmd/api"

	"github.com/chainsaw-cni/chainsaw/e2e/apiserver"
	"github.com/chainsaw-cni/chainsaw/shared/apihelper"
	"github.com/chainsaw-cni/chainsaw/shared/daemon"
	"github.com/chainsaw-cni/chainsaw/shared/pod"
	"github.com/chainsaw-cni/chainsaw/shared/rootowned"
)

const namespace = "apps"

// installation is a node without chainsawd whose administrator has opted in.
type installation struct {
	server *apiserver.Server
	admin  kubernetes.Interface
	helper string
	token  string // of an account that may get the pods of the namespace
}

func install(t *testing.T) *installation {
	t.Helper()
	server := apiserver.StartFor(t)
	if err := rootowned.Dir(server.Dir); err != nil {
		t.Skipf("the helper trusts no kubeconfig here: run as root, or in a user namespace: %v", err)
	}
	in := &installation{server: server, admin: kubernetes.NewForConfigOrDie(server.Admin()), helper: build(t, server.Dir)}
	in.create(t, &core.Namespace{ObjectMeta: metav1.ObjectMeta{Name: namespace}})
	in.create(t, &rbac.Role{
		ObjectMeta: metav1.ObjectMeta{Name: "chainsaw"},
		Rules:      []rbac.PolicyRule{{APIGroups: []string{""}, Resources: []string{"pods"}, Verbs: []string{"get"}}},
	})
	in.create(t, &rbac.RoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: "chainsaw"},
		RoleRef:    rbac.RoleRef{APIGroup: rbac.GroupName, Kind: "Role", Name: "chainsaw"},
		Subjects:   []rbac.Subject{{Kind: rbac.ServiceAccountKind, Namespace: namespace, Name: "chainsaw"}},
	})
	in.token = in.account(t, "chainsaw")
	return in
}

// build makes the helper as it is shipped: static.
func build(t *testing.T, folder string) string {
	t.Helper()
	helper := filepath.Join(folder, "chainsaw-lookup")
	cmd := exec.CommandContext(t.Context(), "go", "build", "-buildvcs=false", "-trimpath", "-o", helper, "./chainsaw-lookup")
	cmd.Dir = filepath.Join("..", "..", "tools")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("building the helper: %v: %s", err, out)
	}
	return helper
}

// account makes a ServiceAccount and returns a token of it.
func (in *installation) account(t *testing.T, name string) string {
	t.Helper()
	in.create(t, &core.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: name}})
	token, err := in.server.Token(t.Context(), namespace, name)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func (in *installation) create(t *testing.T, object any) {
	t.Helper()
	ctx, options, err := t.Context(), metav1.CreateOptions{}, errors.ErrUnsupported
	switch o := object.(type) {
	case *core.Namespace:
		_, err = in.admin.CoreV1().Namespaces().Create(ctx, o, options)
	case *core.ServiceAccount:
		_, err = in.admin.CoreV1().ServiceAccounts(namespace).Create(ctx, o, options)
	case *rbac.Role:
		_, err = in.admin.RbacV1().Roles(namespace).Create(ctx, o, options)
	case *rbac.RoleBinding:
		_, err = in.admin.RbacV1().RoleBindings(namespace).Create(ctx, o, options)
	}
	if err != nil {
		t.Fatalf("creating %T: %v", object, err)
	}
}

// pod makes a pod, which nobody starts.
func (in *installation) pod(t *testing.T, name string, annotations map[string]string) *core.Pod {
	t.Helper()
	created, err := in.admin.CoreV1().Pods(namespace).Create(t.Context(), &core.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: name, Annotations: annotations},
		Spec: core.PodSpec{
			NodeName:   "nowhere", // a mirror must have one
			Containers: []core.Container{{Name: "c", Image: "localhost/none"}},
		},
	}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return created
}

// kubeconfig writes one to a folder of its own, as change leaves it.
func (in *installation) kubeconfig(t *testing.T, change func(folder string, config *api.Config)) string {
	t.Helper()

	folder, err := os.MkdirTemp(in.server.Dir, "kubeconfig-")
	if err != nil {
		t.Fatal(err)
	}
	config := in.server.Kubeconfig(api.AuthInfo{Token: in.token})
	if change != nil {
		change(folder, &config)
	}
	text, err := clientcmd.Write(config)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder, "chainsaw.kubeconfig")
	write(t, path, string(text))
	return path
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func (in *installation) ask(t *testing.T, kubeconfig, name string) (daemon.Metadata, error) {
	t.Helper()
	return apihelper.Ask(t.Context(), in.helper, kubeconfig, pod.Ref{Namespace: namespace, Name: name})
}
