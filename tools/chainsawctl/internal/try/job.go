package try

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"io"

	corev1 "k8s.io/api/core/v1"

	"github.com/chainsaw-cni/chainsaw/shared/pod"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/chain"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/delegate"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/manifest"
)

// job is what is to be done on the scratch host.
type job struct {
	Pods   []sandbox `json:"pods"`
	Keep   bool      `json:"keep"`
	Colour bool      `json:"colour"`
}

// sandbox is a pod as a runtime knows it.
type sandbox struct {
	Pod         pod.Ref               `json:"pod"`
	ContainerID string                `json:"containerID"`
	Annotations map[string]string     `json:"annotations"`
	Attachments []delegate.Attachment `json:"attachments"`
}

// netns is the name of the sandbox's netns: short, because each line of a
// report has it.
func (s sandbox) netns() string { return s.ContainerID[:12] }

// plan reads the files, and finds what is wrong with them before anything runs.
func plan(ctx context.Context, o Options) (job, error) {
	set, err := manifest.Read(ctx, o.Files, o.Stdin)
	if err != nil {
		return job{}, err
	}
	pods, err := set.Select(o.Pods)
	if err != nil {
		return job{}, err
	}
	j := job{Keep: o.Keep, Colour: o.Colour}
	for _, p := range pods {
		s, err := newSandbox(p, set, o.PluginDirs)
		if err != nil {
			return job{}, err
		}
		j.Pods = append(j.Pods, s)
	}
	return j, nil
}

func newSandbox(p *corev1.Pod, set manifest.Set, plugins []string) (sandbox, error) {
	s := sandbox{
		Pod:         pod.Ref{Namespace: p.Namespace, Name: p.Name, UID: string(p.UID)},
		ContainerID: randomHex(32),
		Annotations: p.Annotations,
	}
	if p.Spec.HostNetwork {
		return s, fmt.Errorf("pod %s has hostNetwork: no CNI plugin is called for it", s.Pod)
	}
	if s.Pod.UID == "" { // as the API server would
		u := randomHex(16)
		s.Pod.UID = u[:8] + "-" + u[8:12] + "-" + u[12:16] + "-" + u[16:20] + "-" + u[20:]
	}
	if err := s.Pod.Check(); err != nil {
		return s, err
	}
	var err error
	if s.Attachments, err = delegate.Attachments(p, set); err != nil {
		return s, err
	}
	for _, a := range s.Attachments {
		list, err := chain.Parse(a.Config)
		if err == nil {
			err = chain.Installed(list, plugins)
		}
		if err != nil {
			return s, fmt.Errorf("net-attach-def %s: %w", a.Network, err)
		}
	}
	return s, nil
}

func randomHex(n int) string {
	b := make([]byte, n)
	_, _ = io.ReadFull(rand.Reader, b) // never fails
	return hex.EncodeToString(b)
}
