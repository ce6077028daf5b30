package deployments

import (
	"cmp"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"

	authentication "k8s.io/api/authentication/v1"
	authorization "k8s.io/api/authorization/v1"
	core "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
)

const account = "kube-chainsaw-cni"

// deploy applies a daemon set's manifest, as an administrator does.
func (c *cluster) deploy(t *testing.T, file string) {
	t.Helper()
	for _, object := range documents(t, folder+"/"+file) {
		c.mustApply(t, object)
	}
}

// as is a client with the token of a ServiceAccount and nothing else.
func (c *cluster) as(t *testing.T, name string) kubernetes.Interface {
	t.Helper()
	token, err := c.server.Token(t.Context(), "kube-system", name)
	if err != nil {
		t.Fatal(err)
	}
	config := unhurried(rest.AnonymousClientConfig(c.server.Admin()))
	config.BearerToken = token
	return kubernetes.NewForConfigOrDie(config)
}

// may is all that the account may do, beside what every account may.
var may = []authorization.ResourceRule{
	{Verbs: []string{"get", "list", "watch"}, APIGroups: []string{""}, Resources: []string{"pods"}},
	{Verbs: []string{"create", "patch"}, APIGroups: []string{""}, Resources: []string{"events"}},
}

func TestAccount(t *testing.T) {
	c := start(t)
	c.deploy(t, "daemonset.yaml")
	t.Run("may do its work", func(t *testing.T) { c.accountWorks(t) })
	t.Run("may nothing else", func(t *testing.T) { c.accountIsBound(t) })
}

// accountIsBound compares what it may do with what every account may.
func (c *cluster) accountIsBound(t *testing.T) {
	c.mustApply(t, &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "v1", "kind": "ServiceAccount", "metadata": map[string]any{"name": "stranger", "namespace": "kube-system"},
	}})
	for _, namespace := range []string{"kube-system", "default"} {
		ours, stranger := rules(t, c.as(t, account), namespace), rules(t, c.as(t, "stranger"), namespace)
		if len(stranger.ResourceRules) == 0 {
			t.Fatal("the API server tells nothing of what an account may do")
		}
		rest := slices.DeleteFunc(ours.ResourceRules, func(r authorization.ResourceRule) bool {
			return slices.ContainsFunc(stranger.ResourceRules, func(s authorization.ResourceRule) bool { return reflect.DeepEqual(r, s) })
		})
		if !reflect.DeepEqual(rest, may) {
			t.Errorf("in %s it may %v, want %v", namespace, rest, may)
		}
		if len(ours.NonResourceRules) != len(stranger.NonResourceRules) {
			t.Errorf("it may %v", ours.NonResourceRules)
		}
	}
}

func rules(t *testing.T, client kubernetes.Interface, namespace string) authorization.SubjectRulesReviewStatus {
	t.Helper()
	review, err := client.AuthorizationV1().SelfSubjectRulesReviews().Create(t.Context(), &authorization.SelfSubjectRulesReview{
		Spec: authorization.SelfSubjectRulesReviewSpec{Namespace: namespace},
	}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(review.Status.ResourceRules, func(a, b authorization.ResourceRule) int {
		return -cmp.Compare(fmt.Sprint(a.Resources), fmt.Sprint(b.Resources))
	})
	return review.Status
}

// accountWorks sends real requests, and a few that a thief of the token would.
func (c *cluster) accountWorks(t *testing.T) {
	c.pod(t, "default", "web", nil)
	ours := c.as(t, account).CoreV1()
	ctx := t.Context()
	pod, err := ours.Pods("default").Get(ctx, "web", metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	event := &core.Event{
		ObjectMeta:     metav1.ObjectMeta{Name: "web.1"},
		InvolvedObject: core.ObjectReference{Kind: "Pod", Namespace: "default", Name: "web", UID: pod.UID},
		Reason:         "CommandsRefused",
	}
	for what, send := range map[string]func() error{
		"list the pods of a node": func() error {
			_, err := ours.Pods("").List(ctx, metav1.ListOptions{FieldSelector: "spec.nodeName=nowhere"})
			return err
		},
		"watch them": func() error {
			w, err := ours.Pods("").Watch(ctx, metav1.ListOptions{FieldSelector: "spec.nodeName=nowhere"})
			if err == nil {
				w.Stop()
			}
			return err
		},
		"tell of an event, and count it": func() error {
			_, created := ours.Events("default").Create(ctx, event, metav1.CreateOptions{})
			_, patched := ours.Events("default").Patch(ctx, "web.1", types.MergePatchType, []byte(`{"count": 2}`), metav1.PatchOptions{})
			return errors.Join(created, patched)
		},
	} {
		if err := send(); err != nil {
			t.Errorf("it cannot %s: %v", what, err)
		}
	}
	for what, send := range map[string]func() error{
		"annotate a pod": func() error {
			_, err := ours.Pods("default").Patch(ctx, "web", types.MergePatchType, []byte(`{"metadata": {"annotations": {"a": "b"}}}`), metav1.PatchOptions{})
			return err
		},
		"read secrets":     func() error { _, err := ours.Secrets("").List(ctx, metav1.ListOptions{}); return err },
		"read config maps": func() error { _, err := ours.ConfigMaps("").List(ctx, metav1.ListOptions{}); return err },
		"read nodes":       func() error { _, err := ours.Nodes().List(ctx, metav1.ListOptions{}); return err },
		"read events":      func() error { _, err := ours.Events("").List(ctx, metav1.ListOptions{}); return err },
		"read a log":       func() error { return ours.Pods("default").GetLogs("web", &core.PodLogOptions{}).Do(ctx).Error() },
		"make a pod": func() error {
			_, err := ours.Pods("default").Create(ctx, &core.Pod{ObjectMeta: metav1.ObjectMeta{Name: "new"}, Spec: pod.Spec}, metav1.CreateOptions{})
			return err
		},
		"make a token": func() error {
			_, err := ours.ServiceAccounts("kube-system").CreateToken(ctx, account, &authentication.TokenRequest{}, metav1.CreateOptions{})
			return err
		},
	} {
		if err := send(); !apierrors.IsForbidden(err) {
			t.Errorf("it tries to %s: %v, want it forbidden", what, err)
		}
	}
}
