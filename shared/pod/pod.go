// Package pod says whose netns this is: it reads the pod's identity out of
// CNI_ARGS, the only place where a runtime tells a plugin, and knows that pod
// again when somebody has found it. It does not look pods up.
package pod

import (
	"fmt"
	"strings"
)

// The annotations of a pod that concern a plugin: its commands, named as the
// original named them, and what the API server's mirror of a static pod
// carries, whose value is the UID by which the kubelet knows that pod. All
// others are nobody's business here.
const (
	CommandsAnnotation = "k8s.v1.cni.cncf.io/chainsaw"
	MirrorAnnotation   = "kubernetes.io/config.mirror"
)

// Ref names a pod. UID may be empty: runtimes pass it only since containerd
// 1.5.3 and CRI-O's ocicni of June 2021.
type Ref struct {
	Namespace string `json:"namespace,omitempty"`
	Name      string `json:"name,omitempty"`
	UID       string `json:"uid,omitempty"`
}

// Named reports whether there is a pod at all. podman, nerdctl and cnitool name none.
func (r Ref) Named() bool { return r.Namespace != "" && r.Name != "" }

// String is "namespace/name", or "" where there is no pod.
func (r Ref) String() string {
	if !r.Named() {
		return ""
	}
	return r.Namespace + "/" + r.Name
}

// IsMeant reports whether the pod that was found under this name is the one that
// r means: it has r's UID, or is the mirror of the static pod with that UID.
// Where r has none, whoever bears the name is meant.
func (r Ref) IsMeant(uid string, annotations map[string]string) bool {
	return r.UID == "" || uid == r.UID || annotations[MirrorAnnotation] == r.UID
}

// OurAnnotations leaves out those that are not a network plugin's business.
func OurAnnotations(all map[string]string) map[string]string {
	ours := map[string]string{}
	for _, key := range [...]string{CommandsAnnotation, MirrorAnnotation} {
		if value, found := all[key]; found {
			ours[key] = value
		}
	}
	return ours
}

// FromArgs reads CNI_ARGS as every runtime writes it: the order is random
// (containerd builds it from a Go map), unknown keys are other people's, and
// Multus in thin mode passes each key twice, so the last one wins.
func FromArgs(cniArgs string) (Ref, error) {
	var r Ref
	for pair := range strings.SplitSeq(cniArgs, ";") {
		if pair == "" {
			continue
		}
		key, value, found := strings.Cut(pair, "=")
		if !found || key == "" {
			return Ref{}, fmt.Errorf("CNI_ARGS has %.64q where KEY=VALUE should be", pair)
		}
		switch key {
		case "K8S_POD_NAMESPACE":
			r.Namespace = value
		case "K8S_POD_NAME":
			r.Name = value
		case "K8S_POD_UID":
			r.UID = value
		}
	}
	if !r.Named() {
		return Ref{}, nil
	}
	if err := r.Check(); err != nil {
		return Ref{}, fmt.Errorf("CNI_ARGS: %w", err)
	}
	return r, nil
}
