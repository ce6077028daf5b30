package chainsawd

import (
	"strings"
	"testing"

	core "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/chainsaw-cni/chainsaw/shared/pod"
)

// events are those on a pod with this reason.
func (c *cluster) events(t *testing.T, of pod.Ref, reason string) []core.Event {
	t.Helper()
	list, err := c.admin.CoreV1().Events(of.Namespace).List(t.Context(), metav1.ListOptions{
		FieldSelector: "involvedObject.uid=" + of.UID + ",reason=" + reason,
	})
	if err != nil {
		t.Fatal(err)
	}
	return list.Items
}

// The rights are those that are shipped: create and patch.
func TestEvents(t *testing.T) {
	freshNode(t)
	c := startCluster(t)
	d := start(t, c.environment())

	t.Run("tell of a refusal in the words of the CNI error, and count", func(t *testing.T) {
		web := c.pod(t, "refused", `["ip netns list"]`)
		var said string
		for range 3 {
			err := newSandbox(t, web).add(t.Context())
			if err == nil {
				t.Fatal("it was not refused")
			}
			said = err.Error()
		}
		await(t, "an event that counts 3", func() bool {
			got := c.events(t, web, "CommandsRefused")
			return len(got) == 1 && got[0].Count == 3
		})
		event := c.events(t, web, "CommandsRefused")[0]
		if event.Type != core.EventTypeWarning || event.Source.Host != nodeName || !strings.Contains(said, strings.TrimPrefix(event.Message, "net1: ")) {
			t.Errorf("the error was %q; the event is %+v", said, event)
		}
	})
	t.Run("tell of a failure that the network allows", func(t *testing.T) {
		web := c.pod(t, "goes-on", `["ip route del 203.0.113.0/24"]`)
		if err := newSandbox(t, web).addWith(t.Context(), `"onError": "continue"`); err != nil {
			t.Fatal(err)
		}
		await(t, "an event", func() bool { return len(c.events(t, web, "CommandFailed")) == 1 })
		if got := c.events(t, web, "CommandFailed")[0].Message; !strings.Contains(got, "(pod annotation #1) ended with exit code 2: ") {
			t.Errorf("it says %q", got)
		}
	})
	t.Run("tell that an annotation has changed, once, and not at a restart", func(t *testing.T) {
		web := c.pod(t, "changing", `[]`)
		d.awaitCached(t, web)
		c.annotate(t, web.Name, `["ip addr"]`)
		await(t, "an event", func() bool { return len(c.events(t, web, "AnnotationChanged")) == 1 })

		d.terminate(t)
		d = start(t, c.environment())
		d.awaitCached(t, web)
		c.annotate(t, web.Name, `["ip link"]`)
		await(t, "an event of the second change alone", func() bool { return len(c.events(t, web, "AnnotationChanged")) == 2 })
	})
}
