package machine

import "testing"

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
