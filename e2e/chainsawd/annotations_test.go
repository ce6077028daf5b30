package chainsawd

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	core "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/chainsaw-cni/chainsaw/shared/daemon"
	"github.com/chainsaw-cni/chainsaw/shared/pod"
)

var socket = daemon.Client{Path: daemon.SocketPath}

// awaitCached waits until a look-up of the pod comes out of the cache.
func (d *chainsawd) awaitCached(t *testing.T, ref pod.Ref) daemon.Metadata {
	t.Helper()
	const fromCache = `chainsaw_lookups_total{outcome="cache"}`
	var found daemon.Metadata
	await(t, ref.String()+" is in the cache", func() (cached bool) {
		before := d.metric(t, fromCache)
		var err error
		found, err = socket.Metadata(t.Context(), ref)
		return err == nil && d.metric(t, fromCache) > before
	})
	return found
}

// allRequests is how often the API server was asked anything.
func (d *chainsawd) allRequests(t *testing.T) (sum float64) {
	t.Helper()
	for _, verb := range []string{"get", "list", "watch", "create", "patch"} {
		sum += d.requests(t, verb)
	}
	return sum
}

func TestLookUpsOfKnownPodsCostNoRequest(t *testing.T) {
	freshNode(t)
	c := startCluster(t)
	d := start(t, c.environment())
	const commands = `["ip route"]`
	web := c.pod(t, "web", commands)
	d.awaitCached(t, web)
	before := d.allRequests(t)
	sandbox := newSandbox(t, web)
	for range 20 {
		sandbox.mustAdd(t)
	}
	if after := d.allRequests(t); after != before {
		t.Errorf("20 ADDs cost %v requests", after-before)
	}
	t.Run("nor do those of a pod whose annotation has changed", func(t *testing.T) {
		c.annotate(t, web.Name, `["ip addr"]`)
		await(t, "the change is known", func() bool {
			return d.awaitCached(t, web).Annotations[pod.CommandsAnnotation] == `["ip addr"]`
		})
		if got := d.requests(t, "get"); got > 1 { // the first look-up of all may have been early
			t.Errorf("%v GETs", got)
		}
	})
}

// annotate changes the commands of a pod.
func (c *cluster) annotate(t *testing.T, name, commands string) {
	t.Helper()
	pods := c.admin.CoreV1().Pods(namespace)
	found, err := pods.Get(t.Context(), name, metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	found.Annotations[pod.CommandsAnnotation] = commands
	if _, err := pods.Update(t.Context(), found, metav1.UpdateOptions{}); err != nil {
		t.Fatal(err)
	}
}

func TestLookUp(t *testing.T) {
	freshNode(t)
	c := startCluster(t)
	d := start(t, c.environment())
	t.Run("of a static pod, by the UID that the kubelet gives it", func(t *testing.T) {
		const hash = "0c5b7a2b9b4dbde7d6e9a1f0b1c2d3e4"
		mirror := c.create(t, "mirror", map[string]string{pod.CommandsAnnotation: "[]", pod.MirrorAnnotation: hash, "example.com/x": "secret"})
		found := d.awaitCached(t, pod.Ref{Namespace: namespace, Name: "mirror", UID: hash})
		want := map[string]string{pod.CommandsAnnotation: "[]", pod.MirrorAnnotation: hash}
		if found.UID != mirror.UID || !maps.Equal(found.Annotations, want) {
			t.Errorf("got %v", found)
		}
	})
	t.Run("of a pod with all the annotations it may have", func(t *testing.T) {
		large := `["` + strings.Repeat("<&\x01é", 200<<10/5) + `"]`
		found := d.awaitCached(t, c.pod(t, "large", large))
		if found.Annotations[pod.CommandsAnnotation] != large {
			t.Errorf("got %d bytes of %d", len(found.Annotations[pod.CommandsAnnotation]), len(large))
		}
	})
	t.Run("of a pod that is not there", func(t *testing.T) {
		_, err := socket.Metadata(t.Context(), pod.Ref{Namespace: namespace, Name: "none", UID: "x"})
		if !errors.Is(err, daemon.ErrNoPod) {
			t.Errorf("got %v", err)
		}
	})
}

// create makes a pod of this node with these annotations, until the test ends.
func (c *cluster) create(t *testing.T, name string, annotations map[string]string) pod.Ref {
	t.Helper()
	created, err := c.admin.CoreV1().Pods(namespace).Create(t.Context(), &core.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: name, Annotations: annotations},
		Spec:       core.PodSpec{NodeName: nodeName, Containers: []core.Container{{Name: "c", Image: "localhost/none"}}},
	}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.remove(t, name) })
	return pod.Ref{Namespace: namespace, Name: name, UID: string(created.UID)}
}

func TestMemoryWith250Pods(t *testing.T) {
	freshNode(t)
	c := startCluster(t)
	ballast := strings.Repeat("x", 20<<10) // of others
	var refs []pod.Ref
	for i := range 250 {
		refs = append(refs, c.create(t, fmt.Sprintf("full-%d", i), map[string]string{
			pod.CommandsAnnotation: `["ip route add 192.0.3.0/24 dev CURRENT_INTERFACE"]`, "example.com/ballast": ballast,
		}))
	}
	d := start(t, c.environment())
	for _, ref := range refs {
		d.awaitCached(t, ref)
	}
	for name, limit := range map[string]int{"VmRSS": 40 << 10, "VmHWM": 60 << 10, "RssAnon": 30 << 10} {
		kib := d.memory(t, name)
		t.Logf("%s is %d KiB", name, kib)
		if kib > limit {
			t.Errorf("%s is %d KiB, more than %d", name, kib, limit)
		}
	}
}

// memory is one of the kernel's figures for it, in KiB.
func (d *chainsawd) memory(t *testing.T, name string) int {
	t.Helper()
	status, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(d.cmd.Process.Pid), "status"))
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(name + `:\s+(\d+) kB`).FindSubmatch(status)
	kib, _ := strconv.Atoi(string(found[1]))
	return kib
}
