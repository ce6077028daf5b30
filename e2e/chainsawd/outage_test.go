package chainsawd

import (
	"strings"
	"testing"
	"time"

	core "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/chainsaw-cni/chainsaw/shared/pod"
)

// nobody is a pod that the API server has to be asked for, each time.
var nobody = pod.Ref{Namespace: namespace, Name: "web-1", UID: "11111111-2222-3333-4444-555555555555"}

// known makes a pod and waits until chainsawd has it in its cache.
func known(t *testing.T, c *cluster, d *chainsawd, name string) sandbox {
	t.Helper()
	s := newSandbox(t, c.pod(t, name, "ip link"))
	await(t, "the watch has brought "+name, func() bool {
		before := d.metric(t, `chainsaw_lookups_total{outcome="cache"}`)
		s.mustAdd(t)
		return d.metric(t, `chainsaw_lookups_total{outcome="cache"}`) > before
	})
	return s
}

func TestAPIServerStoppedAndStarted(t *testing.T) {
	freshNode(t)
	c := startCluster(t)
	d := start(t, c.environment())
	old := known(t, c, d, "web-0")
	stranger := newSandbox(t, nobody)

	c.server.API.Kill()
	old.mustAdd(t)
	stranger.refused(t, "chainsaw(11): ")
	if err := d.ready(); err != nil {
		t.Errorf("it is not ready because of somebody else: %v", err)
	}
	if err := c.server.API.Start(); err != nil {
		t.Fatal(err)
	}
	if err := c.server.AwaitReady(t.Context()); err != nil {
		t.Fatal(err)
	}
	stranger.refused(t, "chainsaw(104): ")
	known(t, c, d, "web-2")
}

func TestSocketAnswersAtOnceWithoutAnAPIServer(t *testing.T) {
	freshNode(t)
	c := startCluster(t)
	web := c.pod(t, "web-0", "ip link")
	if err := c.server.API.Freeze(); err != nil {
		t.Fatal(err)
	}
	begin := time.Now()
	d := start(t, c.environment())
	t.Logf("ready after %v, with an API server that hangs", time.Since(begin))
	s := newSandbox(t, web)
	s.refused(t, "chainsaw(11): ")
	if err := c.server.API.Thaw(); err != nil {
		t.Fatal(err)
	}
	if err := c.server.AwaitReady(t.Context()); err != nil {
		t.Fatal(err)
	}
	await(t, "the pod is found", func() bool { return s.add(t.Context()) == nil })
	if _, err := d.probe("live"); err != nil {
		t.Error(err)
	}
}

func TestSlowEtcd(t *testing.T) {
	freshNode(t)
	c := startCluster(t)
	d := start(t, c.environment())
	old := known(t, c, d, "web-0")
	if err := c.server.Etcd.Freeze(); err != nil {
		t.Fatal(err)
	}
	old.mustAdd(t)
	stranger := newSandbox(t, nobody)
	begin := time.Now()
	stranger.refused(t, "chainsaw(11): ")
	t.Logf("a pod that only etcd knows is given up after %v", time.Since(begin))
	if err := c.server.Etcd.Thaw(); err != nil {
		t.Fatal(err)
	}
	if err := c.server.AwaitReady(t.Context()); err != nil {
		t.Fatal(err)
	}
	known(t, c, d, "web-2")
}

func TestTokenThatHasExpired(t *testing.T) {
	freshNode(t)
	c := startCluster(t)
	d := start(t, c.environment())
	old := known(t, c, d, "web-0")
	accounts := c.admin.CoreV1().ServiceAccounts(metav1.NamespaceSystem)
	if err := accounts.Delete(t.Context(), account, metav1.DeleteOptions{}); err != nil { // and with it every token
		t.Fatal(err)
	}
	t.Cleanup(func() { c.deploy(t) })
	stranger := newSandbox(t, nobody)
	await(t, "the API server refuses the token", func() bool { // which it has cached for some seconds
		stranger.refused(t, "chainsaw(1")
		return d.metric(t, `chainsaw_api_requests_total{status="401",verb="get"}`) > 0
	})
	stranger.refused(t, "chainsaw(11): ")
	old.mustAdd(t)
	if _, err := accounts.Create(t.Context(), &core.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: account}}, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	c.mountAccount(t, c.token(t)) // as the kubelet does; chainsawd is told nothing
	await(t, "the new token is used", func() bool {
		err := stranger.add(t.Context())
		return err != nil && strings.Contains(err.Error(), "chainsaw(104): ")
	})
}
