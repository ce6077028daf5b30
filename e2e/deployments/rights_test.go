package deployments

import (
	"path/filepath"
	"slices"
	"testing"

	apps "k8s.io/api/apps/v1"
	core "k8s.io/api/core/v1"
	rbac "k8s.io/api/rbac/v1"

	"github.com/chainsaw-cni/chainsaw/shared/nodepolicy"
)

// capabilities are those that a container of ours may have.
var capabilities = []core.Capability{"DAC_OVERRIDE"}

// nodeFolders are those of the node's folders that a pod of ours may have.
var nodeFolders = []string{
	"/opt/cni/bin", "/var/lib/rancher/k3s/data/cni", "/home/kubernetes/bin", "/var/lib/cni/bin", "/var/snap/microk8s/current/opt/cni/bin",
	"/etc/chainsaw", "/etc/cni/net.d/chainsaw.d", "/run/chainsaw", "/var/lib/chainsaw", "/var/lib/cni",
}

func TestPodsHaveFewRights(t *testing.T) {
	each(t, "DaemonSet", func(t *testing.T, set apps.DaemonSet) {
		pod := set.Spec.Template.Spec
		for _, container := range slices.Concat(pod.InitContainers, pod.Containers) {
			for what, wrong := range faults(container) {
				if wrong {
					t.Errorf("container %s: %s", container.Name, what)
				}
			}
			for _, mount := range container.VolumeMounts {
				if mount.MountPath == filepath.Dir(nodepolicy.AdminPath) && !mount.ReadOnly {
					t.Errorf("container %s may write the administrator's own policy", container.Name)
				}
			}
		}
		for _, volume := range pod.Volumes {
			if volume.HostPath != nil && !slices.Contains(nodeFolders, volume.HostPath.Path) {
				t.Errorf("it has the node's %s", volume.HostPath.Path)
			}
		}
	})
}

func faults(c core.Container) map[string]bool {
	s := c.SecurityContext
	if s == nil || s.Capabilities == nil || s.SeccompProfile == nil {
		return map[string]bool{"it says nothing of its rights": true}
	}
	return map[string]bool{
		"it is privileged":                 s.Privileged != nil && *s.Privileged,
		"it may gain privileges":           s.AllowPrivilegeEscalation == nil || *s.AllowPrivilegeEscalation,
		"its root file system is writable": s.ReadOnlyRootFilesystem == nil || !*s.ReadOnlyRootFilesystem,
		"it keeps capabilities":            !slices.Equal(s.Capabilities.Drop, []core.Capability{"ALL"}),
		"it adds a capability": slices.ContainsFunc(s.Capabilities.Add, func(c core.Capability) bool {
			return !slices.Contains(capabilities, c)
		}),
		"it has no seccomp filter": s.SeccompProfile.Type != core.SeccompProfileTypeRuntimeDefault,
		"it opens a port":          len(c.Ports) > 0,
	}
}

func TestPodsSurviveABusyNode(t *testing.T) {
	each(t, "DaemonSet", func(t *testing.T, set apps.DaemonSet) {
		pod := set.Spec.Template.Spec
		if pod.PriorityClassName != "system-node-critical" {
			t.Errorf("priority class %q", pod.PriorityClassName)
		}
		if !slices.Contains(pod.Tolerations, core.Toleration{Operator: core.TolerationOpExists}) {
			t.Errorf("it tolerates %v only", pod.Tolerations)
		}
		for _, container := range pod.Containers {
			if limit, there := container.Resources.Limits[core.ResourceMemory]; there {
				t.Errorf("%s is killed at %s of memory", container.Name, limit.String())
			}
			if container.Resources.Requests.Memory().IsZero() || container.Resources.Requests.Cpu().IsZero() {
				t.Errorf("%s asks for %v", container.Name, container.Resources.Requests)
			}
		}
	})
}

func TestRolesNameWhatTheyAllow(t *testing.T) {
	named := func(t *testing.T, rules []rbac.PolicyRule) {
		for _, rule := range rules {
			for _, list := range [][]string{rule.APIGroups, rule.Resources, rule.Verbs, rule.NonResourceURLs} {
				if slices.Contains(list, "*") {
					t.Errorf("a rule allows everything of a kind: %v", rule)
				}
			}
		}
	}
	each(t, "ClusterRole", func(t *testing.T, role rbac.ClusterRole) { named(t, role.Rules) })
	each(t, "Role", func(t *testing.T, role rbac.Role) { named(t, role.Rules) })
}
