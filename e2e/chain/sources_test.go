package chain

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/chainsaw-cni/chainsaw/e2e/node"
	"github.com/chainsaw-cni/chainsaw/shared/daemon"
	"github.com/chainsaw-cni/chainsaw/shared/pod"
	"github.com/chainsaw-cni/chainsaw/shared/report"
)

const (
	uid    = "11111111-2222-3333-4444-555555555555"
	toPods = "k8s.v1.cni.cncf.io/chainsaw"
)

// origins are those of the commands in the last report.
func origins(t *testing.T, d *node.Chainsawd) string {
	t.Helper()
	var origins []string
	for _, c := range d.Last(t).Commands {
		origins = append(origins, c.Origin)
	}
	return strings.Join(origins, ", ")
}

func annotated(value string) daemon.Metadata {
	return daemon.Metadata{UID: uid, Annotations: map[string]string{toPods: value}}
}

func TestWhereCommandsComeFrom(t *testing.T) {
	const (
		defaults   = `"commands": ["ip link"]`
		cniArgs    = `"args": {"cni": {"chainsaw": ["ip route", "ip rule"]}}`
		capability = `"capabilities": {"io.kubernetes.cri.pod-annotations": true}`
	)
	given := map[string]any{"io.kubernetes.cri.pod-annotations": map[string]string{toPods: `["ip neigh", "ip addr", "ip link"]`}}
	for _, test := range []struct {
		name       string
		link       string
		given      map[string]any
		annotation string
		want       string
		asked      int
	}{
		{"the daemon's annotation replaces the defaults", defaults, nil, `["ip addr"]`, "pod annotation #1", 1},
		{"a pod that says nothing gets the defaults", defaults, nil, "", "net-attach-def default #1", 1},
		{"a pod appends", defaults + `, "podCommands": "append"`, nil, "ip addr", "net-attach-def default #1, pod annotation #1", 1},
		{"a pod that is ignored is not looked up", defaults + `, "podCommands": "ignore"`, nil, "ip addr", "net-attach-def default #1", 0},
		{"cni-args come first, without a look-up", defaults + "," + cniArgs + "," + capability, given, "ip addr", "cni-args #1, cni-args #2", 0},
		{"the capability comes next, without a look-up", defaults + "," + capability, given, "ip addr", "pod annotation #1, pod annotation #2, pod annotation #3", 0},
		{"a capability without our annotation says nothing, without a look-up", defaults + "," + capability, map[string]any{"io.kubernetes.cri.pod-annotations": map[string]string{}}, "ip addr", "net-attach-def default #1", 0},
		{"the object form chooses by interface", defaults, nil, `{"net2": ["ip route"], "net1": ["ip addr", "ip addr"]}`, "pod annotation #1, pod annotation #2", 1},
		{"the object form chooses by network", defaults, nil, `{"storage": ["ip addr"], "*": []}`, "pod annotation #1", 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := (&node.Chainsawd{Pod: annotated(test.annotation)}).Start(t)
			if test.annotation == "" {
				d.Pod.Annotations = nil
			}
			a := newAttachment(t, "1.0.0", `{"type": "chainsaw", `+test.link+`}`).ofPod(uid)
			a.conf.CapabilityArgs = test.given
			a.add(t)
			if got := origins(t, d); got != test.want {
				t.Errorf("the commands came from %s; want %s", got, test.want)
			}
			if d.Asked() != test.asked {
				t.Errorf("the daemon was asked %d times, want %d", d.Asked(), test.asked)
			}
		})
	}
}

func TestPodIsTheOneThatCNIArgsName(t *testing.T) {
	link := `{"type": "chainsaw", "commands": ["ip link"]}`
	t.Run("another UID is another pod", func(t *testing.T) {
		(&node.Chainsawd{Pod: annotated("ip addr")}).Start(t)
		newAttachment(t, "1.0.0", link).ofPod("another").refuse(t, 104, "default/web-0", uid, "another")
	})
	t.Run("the mirror of a static pod is that pod", func(t *testing.T) {
		d := (&node.Chainsawd{Pod: annotated("ip addr")}).Start(t)
		d.Pod.Annotations["kubernetes.io/config.mirror"] = "static"
		newAttachment(t, "1.0.0", link).ofPod("static").add(t)
	})
	t.Run("no such pod", func(t *testing.T) {
		(&node.Chainsawd{Err: daemon.ErrNoPod}).Start(t)
		newAttachment(t, "1.0.0", link).ofPod(uid).refuse(t, 104, "there is no such pod")
	})
	t.Run("no such pod, even where the look-up is optional", func(t *testing.T) {
		(&node.Chainsawd{Err: daemon.ErrNoPod}).Start(t)
		newAttachment(t, "1.0.0", `{"type": "chainsaw", "lookup": "optional"}`).ofPod(uid).refuse(t, 104)
	})
}

func TestPodThatCannotBeLookedUp(t *testing.T) {
	t.Run("fails for now", func(t *testing.T) {
		newAttachment(t, "1.0.0", `{"type": "chainsaw"}`).ofPod(uid).
			refuse(t, 11, "default/web-0", `set "lookup": "optional"`)
	})
	t.Run("is no reason to fail where the look-up is optional, and the report says so", func(t *testing.T) {
		d := (&node.Chainsawd{Err: errors.New("the API server is away")}).Start(t)
		newAttachment(t, "1.0.0", `{"type": "chainsaw", "commands": ["ip link"], "lookup": "optional"}`).ofPod(uid).add(t)
		if note := d.Reports(t)[0].Note; !strings.Contains(note, "the API server is away") || !strings.Contains(note, "defaults") {
			t.Errorf("the note is %q", note)
		}
	})
	t.Run("does not matter where CNI_ARGS name none", func(t *testing.T) {
		newAttachment(t, "1.0.0", `{"type": "chainsaw", "commands": ["ip link"]}`).add(t)
	})
}

func TestReportTellsAll(t *testing.T) {
	d := (&node.Chainsawd{Pod: annotated(`["ip route add 203.0.113.0/24 dev net1", "ip route"]`)}).Start(t)
	newAttachment(t, "1.0.0", `{"type": "chainsaw"}`).ofPod(uid).add(t)
	r := d.Reports(t)[0]
	if r.Pod != (pod.Ref{Namespace: "default", Name: "web-0", UID: uid}) || r.Network != "storage" || r.Interface != "net1" || r.Variant != "chainsaw" {
		t.Errorf("the report is of %+v", r)
	}
	if len(r.Commands) != 2 || *r.Commands[0].ExitCode != 0 || !strings.Contains(r.Commands[1].Stdout, "203.0.113.0/24 dev net1") {
		t.Errorf("the commands are %+v", r.Commands)
	}
	if r.Commands[0].Run != "ip route add to 203.0.113.0/24 dev net1" {
		t.Errorf("what ran is %q", r.Commands[0].Run)
	}
}

func TestRefusalIsReportedWithAllVerdicts(t *testing.T) {
	d := (&node.Chainsawd{Pod: annotated(`["ip route", "ip link set net1 netns 1"]`)}).Start(t)
	a := newAttachment(t, "1.0.0", `{"type": "chainsaw"}`).ofPod(uid)
	a.refuse(t, 100, "pod annotation #2")
	var verdicts []report.Verdict
	for _, c := range d.Reports(t)[0].Commands {
		verdicts = append(verdicts, c.Verdict)
		if c.ExitCode != nil {
			t.Errorf("%q ran although another was refused", c.Text)
		}
	}
	if !slices.Equal(verdicts, []report.Verdict{report.Allowed, report.Refused}) {
		t.Errorf("the verdicts are %v", verdicts)
	}
}
