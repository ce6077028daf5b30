package machine

import (
	"os"
	"path/filepath"
	"testing"
)

func TestControllerOfAMount(t *testing.T) {
	for options, want := range map[string]string{
		"rw,memory\n":                       "memory",
		"rw,cpu,cpuacct":                    "cpu,cpuacct",
		"rw,xattr,name=systemd":             "name=systemd",
		"rw,release_agent=/bin/false,pids":  "pids",
		"rw,cpuset,clone_children,noprefix": "cpuset",
	} {
		if got := controllerOf(options); got != want {
			t.Errorf("a mount with %q has the controller %q, want %q", options, got, want)
		}
	}
}

func TestControllersThatANodeLacks(t *testing.T) {
	v1 := func(controllers ...string) (trees []hierarchy) {
		for _, controller := range controllers {
			trees = append(trees, hierarchy{controller: controller, parent: t.TempDir()})
		}
		return trees
	}
	v2 := func(passedOn string) []hierarchy {
		parent := t.TempDir()
		if err := os.WriteFile(filepath.Join(parent, subtreeControl), []byte(passedOn), 0o600); err != nil {
			t.Fatal(err)
		}
		return []hierarchy{{parent: parent}}
	}
	nothing := v2("")
	for _, test := range []struct {
		name  string
		trees []hierarchy
		want  string
	}{
		{"version 1", v1("name=systemd", "cpu,cpuacct", "memory", "pids"), ""},
		{"version 1 without a controller", v1("cpu,cpuacct", "memory"), "the cgroup controller pids"},
		{"no cgroups", nil, "the cgroup controller cpu"},
		{"version 2", v2("cpuset cpu io memory pids\n"), ""},
		// As in a container: its own processes keep it from passing on what it has.
		{"version 2 that passes nothing on", nothing, "the cgroup controller cpu in " + nothing[0].parent + "/cgroup.subtree_control"},
		{"cgroups of nobody's", []hierarchy{{parent: "/nowhere"}}, "cgroups that may be written in /nowhere"},
	} {
		if got := lacksOf(test.trees); got != test.want {
			t.Errorf("%s: a node lacks %q, want %q", test.name, got, test.want)
		}
	}
}
