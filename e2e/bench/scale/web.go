package main

import (
	core "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/chainsaw-cni/chainsaw/shared/pod"
)

// change is one write to a pod.
type change struct {
	patch string
	of    []string // the sub-resource
}

var status = []string{"status"}

// changes are those of the kubelet and of Multus, on a pod's way to be running.
var changes = []change{
	{`{"status": {"conditions": [{"type": "PodScheduled", "status": "True"}]}}`, status},
	{`{"status": {"conditions": [{"type": "Initialized", "status": "True"}, {"type": "Ready", "status": "False"}]}}`, status},
	{networkStatus, nil},
	{`{"status": {"phase": "Running", "podIP": "10.244.1.7", "conditions": [{"type": "PodScheduled", "status": "True"}, {"type": "Initialized", "status": "True"}, {"type": "ContainersReady", "status": "True"}, {"type": "Ready", "status": "True"}]}}`, status},
}

// networkStatus is what Multus writes of two networks.
const networkStatus = `{"metadata": {"annotations": {"k8s.v1.cni.cncf.io/network-status": "[{\n    \"name\": \"cluster\",\n    \"interface\": \"eth0\",\n    \"ips\": [\n        \"10.244.1.7\"\n    ],\n    \"mac\": \"0a:58:0a:f4:01:07\",\n    \"default\": true,\n    \"dns\": {},\n    \"gateway\": [\n        \"10.244.1.1\"\n    ]\n},{\n    \"name\": \"default/storage\",\n    \"interface\": \"net1\",\n    \"ips\": [\n        \"192.0.2.7\"\n    ],\n    \"mac\": \"0a:58:c0:00:02:07\",\n    \"dns\": {}\n}]"}}}`

// web is a pod as a deployment makes it.
func web(name, node string) *core.Pod {
	yes := true
	return &core.Pod{
		ObjectMeta: metav1.ObjectMeta{
			Name:         name,
			GenerateName: "web-7d4b9c6f5d-",
			Labels:       map[string]string{"app.kubernetes.io/name": "web", "app.kubernetes.io/instance": "web-production", "pod-template-hash": "7d4b9c6f5d"},
			Annotations: map[string]string{
				"k8s.v1.cni.cncf.io/networks": "storage",
				pod.CommandsAnnotation:        `["ip route add 192.0.3.0/24 dev CURRENT_INTERFACE"]`,
			},
			OwnerReferences: []metav1.OwnerReference{{
				APIVersion: "apps/v1", Kind: "ReplicaSet", Name: "web-7d4b9c6f5d",
				UID: "11111111-2222-3333-4444-555555555555", Controller: &yes, BlockOwnerDeletion: &yes,
			}},
		},
		Spec: core.PodSpec{
			NodeName: node,
			Containers: []core.Container{{
				Name: "web", Image: "registry.example.com/web:1.2.3",
				Ports: []core.ContainerPort{{ContainerPort: 8080}},
				Env:   []core.EnvVar{{Name: "LISTEN", Value: ":8080"}},
			}},
		},
	}
}
