package main

import (
	"fmt"
	"os"
	"path/filepath"
)

// alternative is something whose costs are compared.
type alternative struct {
	name   string
	plugin string // path of its own copy
	config string
	pod    string // whose name tells the daemon how many commands it wants
	again  bool   // a control, of the one before it
}

const (
	prevResult = `"prevResult": {"cniVersion": "1.0.0", "interfaces": [{"name": "net1", "sandbox": "/x"}],
		"ips": [{"address": "192.0.2.7/24", "interface": 0}]}`
	tuned  = `{"cniVersion": "1.0.0", "name": "bench", "type": "tuning", "sysctl": {"net.ipv4.conf.net1.rp_filter": "2"}, ` + prevResult + `}`
	sawing = `{"cniVersion": "1.0.0", "name": "bench", "type": "chainsaw", ` + prevResult + `}`
)

// alternatives begin with the one that the others are compared with. Their
// executables are copied to a folder.
func alternatives(bin, folder string) ([]alternative, error) {
	all := []alternative{
		{"tuning, 1 sysctl", "cni/tuning", tuned, podFor(0), false},
		{"tuning again", "cni/tuning", tuned, podFor(0), true},
		{"chainsaw, 0 commands", "chainsaw", sawing, podFor(0), false},
		{"chainsaw, 1 command", "chainsaw", sawing, podFor(1), false},
		{"chainsaw, 1 command again", "chainsaw", sawing, podFor(1), true},
		{"chainsaw, 3 commands", "chainsaw", sawing, podFor(3), false},
		{"chainsaw, 10 commands", "chainsaw", sawing, podFor(10), false},
	}
	for i := range all {
		binary, err := os.ReadFile(filepath.Join(bin, all[i].plugin))
		if err != nil {
			return nil, fmt.Errorf("%w: run `make build` first", err)
		}
		all[i].plugin = filepath.Join(folder, fmt.Sprintf("%d-%s", i, filepath.Base(all[i].plugin)))
		if err := os.WriteFile(all[i].plugin, binary, 0o755); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func (a alternative) environment(netns string) []string {
	return []string{
		"CNI_COMMAND=ADD", "CNI_CONTAINERID=bench", "CNI_NETNS=" + netns, "CNI_IFNAME=net1", "CNI_PATH=/nowhere",
		"CNI_ARGS=IgnoreUnknown=1;K8S_POD_NAMESPACE=default;K8S_POD_NAME=" + a.pod + ";K8S_POD_UID=" + podUID,
	}
}
