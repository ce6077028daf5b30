package chain

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/containernetworking/cni/pkg/types"

	"github.com/chainsaw-cni/chainsaw/e2e/node"
)

// call starts a plugin as a runtime does, with just this environment.
func call(t *testing.T, plugin, stdin string, env ...string) (stdout string, err error) {
	t.Helper()
	command := exec.CommandContext(t.Context(), filepath.Join(bin, plugin))
	command.Env = env
	command.Stdin = strings.NewReader(stdin)
	var out, errs bytes.Buffer
	command.Stdout, command.Stderr = &out, &errs
	err = command.Run()
	if errs.Len() > 0 && strings.Contains(errs.String(), "panic") {
		t.Errorf("stderr: %s", &errs)
	}
	if _, exited := errors.AsType[*exec.ExitError](err); exited {
		failure := new(types.Error)
		if json.Unmarshal(out.Bytes(), failure) != nil {
			t.Fatalf("exit without a CNI error: %q", out.String())
		}
		return "", failure
	}
	return out.String(), err
}

func environment(verb, netns string) []string {
	return []string{"CNI_COMMAND=" + verb, "CNI_CONTAINERID=test", "CNI_NETNS=" + netns, "CNI_IFNAME=net1", "CNI_PATH=/nowhere"}
}

const (
	alone = `{"cniVersion": "1.0.0", "name": "n", "type": "chainsaw"}`
	prev  = `"prevResult": {"cniVersion": "1.0.0", "interfaces": [{"name": "net1", "sandbox": "/x"}]}`
)

func TestDELNeverFails(t *testing.T) {
	for _, test := range []struct {
		name, stdin string
		env         []string
	}{
		{"without a netns", alone, environment("DEL", "")},
		{"with a netns that is gone", alone, environment("DEL", "/run/netns/gone")},
		{"with its own netns", alone, environment("DEL", "/proc/self/ns/net")},
		{"with a configuration that ADD would refuse", `{"cniVersion": "1.0.0", "name": "n", "commands": 7}`, environment("DEL", "")},
		{"with a configuration that Multus 4.3 stripped", `{"cniVersion": "0.3.1", "name": "", "type": "chainsaw"}`, environment("DEL", "")},
		{"with a configuration without a type", `{}`, environment("DEL", "")},
		{"with a configuration that is no JSON", "nonsense", environment("DEL", "")},
		{"with no configuration at all", "", environment("DEL", "")},
		{"in a version that nobody knows", `{"cniVersion": "9.9.9", "name": "n"}`, environment("DEL", "")},
		{"with nothing in the environment", alone, []string{"CNI_COMMAND=DEL"}},
		{"with a huge configuration", `{"x": "` + strings.Repeat("x", 1<<20) + `"}`, environment("DEL", "")},
	} {
		for _, plugin := range []string{"chainsaw", "chainsaw-inspect", "chainsaw-filter"} {
			t.Run(plugin+" "+test.name, func(t *testing.T) {
				if out, err := call(t, plugin, test.stdin, test.env...); err != nil || out != "" {
					t.Errorf("it printed %q and ended with %v", out, err)
				}
			})
		}
	}
}

func TestADDInAnothersNetNSIsRefusedBeforeAnythingHappens(t *testing.T) {
	config := `{"cniVersion": "1.0.0", "name": "n", "type": "chainsaw", "commands": ["ip link set lo mtu 1300"], ` + prev + `}`
	for _, netns := range []string{"/proc/self/ns/net", "/proc/1/ns/net"} {
		out, err := call(t, "chainsaw", config, environment("ADD", netns)...)
		wantError(t, err, 8, netns)
		if out != "" {
			t.Errorf("it printed %q", out)
		}
	}
	if mtu, err := os.ReadFile("/sys/class/net/lo/mtu"); err == nil && strings.TrimSpace(string(mtu)) == "1300" {
		t.Error("the command ran in the node's netns")
	}
}

func TestBadInput(t *testing.T) {
	netns := node.NetNS(t)
	with := func(keys string) string {
		return `{"cniVersion": "1.0.0", "name": "n", "type": "chainsaw", ` + prev + `, ` + keys + `}`
	}
	good := environment("ADD", netns)
	for _, test := range []struct {
		name, stdin string
		env         []string
		code        uint
		says        string
	}{
		{"called alone", alone, good, 7, `put it into "plugins" behind the plugin that makes the interface`},
		{"no netns there", with(`"foo": 1`), environment("ADD", "/run/netns/gone"), 4, "there is no such netns"},
		{"a file that is no netns", with(`"foo": 1`), environment("ADD", "/etc/hostname"), 4, "not a netns"},
		{"another kind of namespace", with(`"foo": 1`), environment("ADD", "/proc/self/ns/mnt"), 4, "not a netns"},
		{"broken CNI_ARGS", with(`"foo": 1`), append(environment("ADD", netns), "CNI_ARGS=nonsense"), 4, `"nonsense" where KEY=VALUE should be`},
		{"a key of another case", with(`"Commands": []`), good, 7, `could be mistaken for "commands"`},
		{"a duplicate key", with(`"commands": [], "commands": []`), good, 6, "second time"},
		{"commands of another type", with(`"commands": "ip route"`), good, 7, `"commands" must be a list`},
		{"a socket somewhere else", with(`"socket_path": "/tmp/x"`), good, 7, `add the place to the node's policy`},
		{"a kubeconfig somewhere else", with(`"kubeconfig": "/tmp/x"`), good, 7, `add the place to the node's policy`},
		{"cni-args that are malformed", with(`"args": {"cni": {"chainsaw": [7]}}`), good, 103, "command #1 must be a string"},
		{"too many commands", with(`"commands": [` + strings.Repeat(`"ip link",`, 64) + `"ip link"]`), good, 103, "may have 64"},
		{"an empty command", with(`"commands": [" "]`), good, 100, "net-attach-def default #1"},
		{"a newline in a command", with(`"commands": ["ip link\nip netns exec x id"]`), good, 103, "net-attach-def default #1"},
		{"an unknown token", with(`"commands": ["ip link show CURRENT_DEVICE"]`), good, 103, "the tokens are CURRENT_INTERFACE"},
		{"a token without a value", with(`"commands": ["ip addr add CURRENT_IPV4 dev lo"]`), good, 103, "has no value here"},
		{"an interface that is not there", with(`"commands": ["ip link"]`), good, 4, "net1"},
		{"a command that is not understood", with(`"commands": ["ip lnik"]`), good, 100, `did you mean "link"`},
		{"a prevResult of another form", `{"cniVersion": "1.0.0", "name": "n", "type": "chainsaw", "prevResult": {"cniVersion": "1.0.0", "ips": 7}}`, good, 6, "prevResult"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := call(t, "chainsaw", test.stdin, test.env...)
			wantError(t, err, test.code, test.says)
		})
	}
}

func TestCHECK(t *testing.T) {
	a := newAttachment(t, "1.0.0", `{"type": "chainsaw"}`)
	a.add(t)
	config := func(link string) string {
		return `{"cniVersion": "1.0.0", "name": "n", "type": "chainsaw"` + link + `}`
	}
	if out, err := call(t, "chainsaw", config(","+prev), environment("CHECK", a.conf.NetNS)...); err != nil || out != "" {
		t.Errorf("a good attachment: %q, %v", out, err)
	}
	_, err := call(t, "chainsaw", config(""), environment("CHECK", a.conf.NetNS)...)
	wantError(t, err, 7, "prevResult")
	_, err = call(t, "chainsaw", config(","+prev), environment("CHECK", node.NetNS(t))...)
	wantError(t, err, 4, "net1")
}

func TestVERSION(t *testing.T) {
	out, err := call(t, "chainsaw-filter", `{"cniVersion": "1.0.0"}`, "CNI_COMMAND=VERSION")
	if err != nil || !strings.Contains(out, `"supportedVersions":["0.1.0","0.2.0","0.3.0","0.3.1","0.4.0","1.0.0","1.1.0"]`) {
		t.Errorf("it printed %q, %v", out, err)
	}
}
