package main

import (
	"context"
	"fmt"

	"golang.org/x/sync/errgroup"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	typed "k8s.io/client-go/kubernetes/typed/core/v1"

	"github.com/chainsaw-cni/chainsaw/shared/pod"
)

func nodeName(i int) string { return fmt.Sprintf("n%d", i) }

// atOnce is how many pods are being made or changed at a time.
const atOnce = 16

// fill gives each node its pods, and returns them by node.
func (c *cluster) fill(ctx context.Context, s size) ([][]pod.Ref, error) {
	refs := make([][]pod.Ref, s.nodes)
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for i := range refs {
		refs[i] = make([]pod.Ref, s.pods)
		for j := range refs[i] {
			group.Go(func() (err error) {
				refs[i][j], err = c.born(ctx, fmt.Sprintf("stays-%d-%d", i, j), nodeName(i), changes[2:])
				return err
			})
		}
	}
	return refs, group.Wait()
}

// live has pods come and go, on one node after the other.
func (c *cluster) live(ctx context.Context, s size) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for i := range s.lives {
		group.Go(func() error {
			name := fmt.Sprintf("goes-%d", i)
			if _, err := c.born(ctx, name, nodeName(i%s.nodes), changes); err != nil {
				return err
			}
			return c.die(ctx, name)
		})
	}
	return group.Wait()
}

func (c *cluster) pods() typed.PodInterface { return c.admin.CoreV1().Pods(metav1.NamespaceDefault) }

// born makes a pod and changes it as others would.
func (c *cluster) born(ctx context.Context, name, node string, changes []change) (pod.Ref, error) {
	created, err := c.pods().Create(ctx, web(name, node), metav1.CreateOptions{})
	if err != nil {
		return pod.Ref{}, err
	}
	for _, change := range changes {
		if _, err := c.pods().Patch(ctx, name, types.StrategicMergePatchType, []byte(change.patch), metav1.PatchOptions{}, change.of...); err != nil {
			return pod.Ref{}, err
		}
	}
	return pod.Ref{Namespace: created.Namespace, Name: name, UID: string(created.UID)}, nil
}

// die is graceful: the pod is told to end, and removed when it has.
func (c *cluster) die(ctx context.Context, name string) error {
	if err := c.pods().Delete(ctx, name, metav1.DeleteOptions{}); err != nil {
		return err
	}
	return c.pods().Delete(ctx, name, metav1.DeleteOptions{GracePeriodSeconds: new(int64)})
}
