package main

import (
	"bytes"
	"context"
	"fmt"
	"os"

	"k8s.io/client-go/kubernetes"

	"github.com/chainsaw-cni/chainsaw/e2e/apiserver"
	"github.com/chainsaw-cni/chainsaw/e2e/cluster/worktree"
)

// cluster is the API server with chainsawd's account, and its administrator.
type cluster struct {
	server *apiserver.Server
	admin  kubernetes.Interface
}

func connect(ctx context.Context, server *apiserver.Server) (*cluster, error) {
	config := server.Admin()
	config.QPS = -1 // in no hurry to be slow
	admin, err := kubernetes.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	c := &cluster{server, admin}
	return c, c.deploy(ctx)
}

// posts are where the objects of the deployment go that give chainsawd its rights.
var posts = map[string]string{
	"ServiceAccount":     "/api/v1/namespaces/kube-system/serviceaccounts",
	"ClusterRole":        "/apis/rbac.authorization.k8s.io/v1/clusterroles",
	"ClusterRoleBinding": "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
}

func (c *cluster) deploy(ctx context.Context) error {
	path, err := worktree.Path("deployments", "daemonset.yaml")
	if err != nil {
		return err
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	for document := range bytes.SplitSeq(text, []byte("\n---\n")) {
		for kind, post := range posts {
			if !bytes.Contains(document, []byte("\nkind: "+kind+"\n")) {
				continue
			}
			request := c.admin.CoreV1().RESTClient().Post().AbsPath(post).SetHeader("Content-Type", "application/yaml")
			if err := request.Body(document).Do(ctx).Error(); err != nil {
				return fmt.Errorf("creating the %s: %w", kind, err)
			}
		}
	}
	return nil
}

// figures are what the API server counts.
func (c *cluster) figures(ctx context.Context) (figures, error) {
	text, err := c.admin.CoreV1().RESTClient().Get().AbsPath("/metrics").Do(ctx).Raw()
	if err != nil {
		return nil, err
	}
	f := make(figures)
	return f, f.add(bytes.NewReader(text))
}

// watches is how many watches on pods are open.
func (c *cluster) watches(ctx context.Context) (int, error) {
	f, err := c.figures(ctx)
	return watches(f), err
}

func watches(f figures) int {
	return int(f.sum("apiserver_longrunning_requests", `resource="pods"`, `verb="WATCH"`))
}
