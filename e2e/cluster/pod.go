package cluster

import (
	"encoding/json"
	"fmt"
	"strings"

	core "k8s.io/api/core/v1"
)

// Pod is a pod of the story's namespace.
type Pod struct {
	Name string
	node *Node
}

// Pod returns the pod, which need not exist yet.
func (n *Node) Pod(name string) Pod { return Pod{Name: name, node: n} }

// Ready waits until the pod is.
func (p Pod) Ready() Pod {
	p.node.t.Helper()
	_, err := p.node.TryKubectl("wait", "--for=condition=Ready", "pod/"+p.Name, "--timeout=60s")
	if err != nil {
		p.node.t.Fatalf("%v\n%s", err, p.Describe())
	}
	return p
}

// Describe is what `kubectl describe pod` shows.
func (p Pod) Describe() string {
	out, err := p.node.TryKubectl("describe", "pod", p.Name)
	if err != nil {
		return err.Error()
	}
	return out
}

// Refused waits until `kubectl describe pod` shows the sentence.
func (p Pod) Refused(sentence string) {
	p.node.t.Helper()
	p.node.Eventually(fmt.Sprintf("pod %s is refused with %q", p.Name, sentence), func() error {
		if seen := p.Describe(); !strings.Contains(seen, sentence) {
			return fmt.Errorf("kubectl describe pod shows:\n%s", seen)
		}
		return nil
	})
}

// Exec runs a command in the pod and returns what it prints.
func (p Pod) Exec(argv ...string) string {
	p.node.t.Helper()
	return p.node.Kubectl(append([]string{"exec", p.Name, "--"}, argv...)...)
}

// Delete deletes the pod and waits until it is gone.
func (p Pod) Delete() {
	p.node.t.Helper()
	p.node.Kubectl("delete", "pod", p.Name, "--grace-period=1", "--timeout=60s")
}

// Gone waits until the pod is.
func (p Pod) Gone() {
	p.node.t.Helper()
	p.node.Kubectl("wait", "--for=delete", "pod/"+p.Name, "--timeout=60s")
}

// Get is the pod as the API server has it.
func (p Pod) Get() core.Pod {
	p.node.t.Helper()
	var pod core.Pod
	if err := json.Unmarshal([]byte(p.node.Kubectl("get", "pod", p.Name, "--output=json")), &pod); err != nil {
		p.node.t.Fatal(err)
	}
	return pod
}

// Attachment is what Multus says of an interface, in the annotation
// k8s.v1.cni.cncf.io/network-status.
type Attachment struct {
	Name      string   `json:"name"`
	Interface string   `json:"interface"`
	IPs       []string `json:"ips"`
	MAC       string   `json:"mac"`
	MTU       int      `json:"mtu"`
	Default   bool     `json:"default"`
}

// Status is what Multus says of the pod's interface.
func (p Pod) Status(ifName string) Attachment {
	p.node.t.Helper()
	text := p.Get().Annotations["k8s.v1.cni.cncf.io/network-status"]
	var all []Attachment
	if err := json.Unmarshal([]byte(text), &all); err != nil {
		p.node.t.Fatalf("the network-status of %s: %v: %q", p.Name, err, text)
	}
	for _, one := range all {
		if one.Interface == ifName {
			return one
		}
	}
	p.node.t.Fatalf("the network-status of %s has no %s: %s", p.Name, ifName, text)
	return Attachment{}
}
