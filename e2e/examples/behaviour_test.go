package examples

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// fromThePost is the net-attach-def and the pod of the post that introduced
// chainsaw, letter for letter.
const fromThePost = `---
apiVersion: "k8s.cni.cncf.io/v1"
kind: NetworkAttachmentDefinition
metadata:
  name: test-chainsaw
spec:
  config: '{
    "cniVersion": "0.4.0",
    "name": "test-chainsaw-chain",
    "plugins": [{
      "type": "bridge",
      "name": "mybridge",
      "bridge": "chainsawbr0",
      "ipam": {
        "type": "host-local",
        "subnet": "192.0.2.0/24"
      }
    }, {
      "type": "chainsaw",
      "foo": "bar"
    }]
  }'
---
apiVersion: v1
kind: Pod
metadata:
  name: chainsawtestpod
  annotations:
    k8s.v1.cni.cncf.io/networks: test-chainsaw
    k8s.v1.cni.cncf.io/chainsaw: >
      ["ip route add 192.0.3.0/24 dev CURRENT_INTERFACE", "ip route"]
spec:
  containers:
  - name: chainsawtestpod
    command: ["/bin/ash", "-c", "trap : TERM INT; sleep infinity & wait"]
    image: alpine
`

func TestThePostsManifestRunsAsItIs(t *testing.T) {
	cmd := thisUser(t).command(t, "-f", "-")
	cmd.Stdin = strings.NewReader(fromThePost)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	wantLines(t, string(out), []string{"192.0.3.0/24 dev net1 scope link ", "    + 192.0.3.0/24 dev net1 scope link"})
}

// manifest is a network of the plugins, which are JSON, and a pod on it.
func manifest(annotation string, plugins ...string) string {
	return fmt.Sprintf(`kind: NetworkAttachmentDefinition
metadata: {name: storage}
spec:
  config: |
    {"cniVersion": "1.0.0", "name": "storage", "plugins": [%s]}
---
kind: Pod
metadata:
  name: web-0
  annotations:
    k8s.v1.cni.cncf.io/networks: storage
    k8s.v1.cni.cncf.io/chainsaw: '%s'
`, strings.Join(plugins, ","), annotation)
}

const bridge = `{"type": "bridge", "bridge": "evil0", "isGateway": true, "ipam": {"type": "host-local", "subnet": "192.0.2.0/24"}}`

func TestFailuresReadAsInKubectlDescribe(t *testing.T) {
	const failed = `error adding container to network "storage": plugin type="chainsaw" failed (add): `
	u := thisUser(t)
	for _, test := range []struct {
		name, manifest string
		want           []string
	}{
		{
			"a refused command", manifest(`["ip route", "ip netns exec x sh"]`, bridge, `{"type": "chainsaw"}`),
			[]string{"Chainsaw refused ip netns exec x sh (pod annotation #2)", "changed nothing", failed + "chainsaw(100): refused"},
		},
		{
			"a command that fails", manifest(`["ip link set CURRENT_INTERFACE mtu 1400", "ip route del 10.0.0.0/8"]`, bridge, `{"type": "chainsaw"}`),
			[]string{"RTNETLINK answers: No such process", "+ net1 mtu 1400", failed + "chainsaw(101): "},
		},
		{
			"an annotation that is no list", manifest(`["ip route"`, bridge, `{"type": "chainsaw"}`),
			[]string{"Detected commands: []", failed + "chainsaw(103): "},
		},
		{
			"chainsaw at the head of a chain", manifest(`["ip route"]`, `{"type": "chainsaw"}`),
			[]string{failed + "chainsaw(7): "},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			out, code := u.try(t, "-f", u.written(t, test.manifest))
			if code != 1 {
				t.Errorf("the exit code is %d, want 1", code)
			}
			for _, part := range test.want {
				if !strings.Contains(out, part) {
					t.Errorf("%q is missing", part)
				}
			}
			if t.Failed() {
				t.Log(out)
			}
		})
	}
}

func TestPolicyOfAnotherNodeHolds(t *testing.T) {
	const cap = `{"caps": [{"namespaces": ["*"], "variant": "chainsaw-inspect"}]}`
	for name, u := range map[string]user{"as this user": thisUser(t), "without root": unprivileged(t)} {
		t.Run(name, func(t *testing.T) {
			u.check(t)
			change := u.written(t, manifest(`["ip link set net1 mtu 1400"]`, bridge, `{"type": "chainsaw"}`))
			out, code := u.try(t, "-f", change, "--policy", u.written(t, cap))
			if code != 1 || !strings.Contains(out, "caps this namespace at chainsaw-inspect") {
				t.Errorf("exit code %d:\n%s", code, out)
			}
			out, code = u.try(t, "-f", change, "--policy", u.written(t, strings.Replace(cap, "-inspect", "", 1)))
			if code != 0 {
				t.Errorf("exit code %d:\n%s", code, out)
			}
			out, code = u.try(t, "-f", change, "--policy", u.written(t, strings.Replace(cap, "variant", "strongest", 1)))
			if code != 2 || !strings.Contains(out, `the key "strongest" is unknown`) {
				t.Errorf("exit code %d:\n%s", code, out)
			}
		})
	}
}

// TestHostileManifestsLeaveTheMachineAlone has manifests write where they can,
// and compares the machine before and after.
func TestHostileManifestsLeaveTheMachineAlone(t *testing.T) {
	u := thisUser(t)
	before := machine(t)
	for name, text := range map[string]string{
		"leases in a folder of cron's": manifest(`[]`, strings.Replace(bridge, `"host-local",`, `"host-local", "dataDir": "/etc/cron.d",`, 1)),
		"leases in a folder of ours":   manifest(`[]`, strings.Replace(bridge, `"host-local",`, fmt.Sprintf(`"host-local", "dataDir": %q,`, u.bin), 1)),
		"a sysctl of the kernel":       manifest(`[]`, bridge, `{"type": "tuning", "sysctl": {"net.ipv4.conf...kernel.panic": "77"}}`),
		"sysctls of the network":       manifest(`[]`, bridge, `{"type": "tuning", "sysctl": {"net.ipv4.conf.all.rp_filter": "2"}}`),
		"a device of the machine":      manifest(`[]`, `{"type": "host-device", "device": "eth0"}`),
		"a plugin by its path":         manifest(`[]`, `{"type": "../../../bin/sh"}`),
		"a socket elsewhere":           manifest(`["ip route"]`, bridge, `{"type": "chainsaw", "socket_path": "/etc/cron.d/x"}`),
	} {
		t.Run(name, func(t *testing.T) {
			out, code := u.try(t, "-f", u.written(t, text))
			// Below /tmp, which is the scratch host's own, our folder can be written there.
			either := strings.HasPrefix(u.bin, "/tmp/") && name == "leases in a folder of ours"
			if fails := name != "sysctls of the network"; !either && (code == 0) == fails {
				t.Errorf("the exit code is %d:\n%s", code, out)
			}
			if after := machine(t); after != before {
				t.Errorf("the machine was\n%s\nand is\n%s", before, after)
			}
		})
	}
}

// machine is what of the machine a chain could have touched.
func machine(t *testing.T) string {
	t.Helper()
	var seen strings.Builder
	for _, pattern := range []string{"/sys/class/net/evil0", "/etc/cron.d/*", "/etc/cni/*", "/var/lib/cni/*/*", "/run/netns/storage*", "/run/cni/*", bin + "/*"} {
		names, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(&seen, names)
	}
	for _, file := range []string{"/proc/sys/kernel/panic", "/proc/sys/net/ipv4/ip_forward", "/proc/sys/net/ipv4/conf/all/rp_filter"} {
		text, err := os.ReadFile(file)
		fmt.Fprintf(&seen, "%s %v\n", text, err)
	}
	mounts, err := os.ReadFile("/proc/self/mountinfo") // those of other tests come and go
	if err != nil || strings.Contains(string(mounts), "scratchhost") {
		t.Errorf("a mount of the scratch host got out: %v\n%s", err, mounts)
	}
	return seen.String()
}

func TestKeptNetNSCanBeEntered(t *testing.T) {
	for name, u := range map[string]user{"as this user": thisUser(t), "without root": unprivileged(t)} {
		t.Run(name, func(t *testing.T) {
			u.check(t)
			out, code := u.try(t, "--keep", "-f", u.written(t, manifest(`["ip link set CURRENT_INTERFACE mtu 1400"]`, bridge, `{"type": "chainsaw"}`)))
			commands := kept(out)
			if code != 0 || len(commands) != 2 {
				t.Fatalf("code %d, and no two commands in\n%s", code, out)
			}
			run := func(line string) string {
				cmd := exec.CommandContext(t.Context(), "/bin/sh", "-c", line)
				cmd.SysProcAttr = &syscall.SysProcAttr{Credential: u.credential}
				cmd.Env = []string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin"}
				out, err := cmd.CombinedOutput()
				if err != nil {
					t.Errorf("%s: %v: %s", line, err, out)
				}
				return string(out)
			}
			if out := run(commands[0]); !strings.Contains(out, "net1@") || !strings.Contains(out, "mtu 1400") {
				t.Errorf("%s shows\n%s", commands[0], out)
			}
			run(commands[1])
		})
	}
}

func TestWithoutNamespacesTheMachineIsToBlame(t *testing.T) {
	u := thisUser(t)
	const forbid = `echo 0 >/proc/sys/user/max_net_namespaces && exec "$@"`
	cmd := u.command(t, "-f", "../../examples/mtu.yaml")
	cmd.Args = append([]string{"unshare", "--user", "--map-root-user", "sh", "-c", forbid, "sh", cmd.Path}, cmd.Args[1:]...)
	cmd.Path, cmd.Env = "/usr/bin/unshare", []string{"PATH=/usr/bin:/bin"}
	out, err := cmd.CombinedOutput()
	failed, ok := errors.AsType[*exec.ExitError](err)
	if !ok || failed.ExitCode() != 3 || !strings.Contains(string(out), "user.max_*_namespaces") {
		t.Errorf("%v, want exit code 3 and the sysctl in\n%s", err, out)
	}
}

// kept is the commands that are offered for a kept netns: enter it, and end it.
func kept(out string) []string {
	var commands []string
	for line := range strings.Lines(out) {
		if command := strings.TrimSpace(line); strings.HasPrefix(line, "  nsenter ") || strings.HasPrefix(line, "  kill ") {
			commands = append(commands, command)
		}
	}
	return commands
}

// TestNothingOutlivesChainsawctl ends it while a plugin hangs, in the ways that
// an engineer and the kernel short of memory do.
func TestNothingOutlivesChainsawctl(t *testing.T) {
	u := thisUser(t)
	folder := t.TempDir()
	plugin := "#!/bin/sh\n[ \"$CNI_COMMAND\" = ADD ] && exec sleep 600\n"
	if err := os.WriteFile(filepath.Join(folder, "hangs"), []byte(plugin), 0o755); err != nil {
		t.Fatal(err)
	}
	file := u.written(t, manifest(`[]`, `{"type": "hangs"}`))
	for signal, code := range map[syscall.Signal]int{syscall.SIGINT: 130, syscall.SIGTERM: 130, syscall.SIGKILL: -1} {
		t.Run(signal.String(), func(t *testing.T) {
			// The scratch host's init has this stderr too: it ends when both have.
			stderr, theirs, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			defer stderr.Close()
			cmd := u.command(t, "--cni-path", folder, "-f", file)
			cmd.Stderr = theirs
			stdout, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			theirs.Close()
			for lines := bufio.NewScanner(stdout); lines.Scan() && !strings.HasPrefix(lines.Text(), "net1: "); {
			}
			if err := cmd.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			_ = cmd.Wait()
			if got := cmd.ProcessState.ExitCode(); got != code {
				t.Errorf("the exit code is %d, want %d", got, code)
			}
			if err := stderr.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
				t.Fatal(err)
			}
			if said, err := io.ReadAll(stderr); err != nil || len(said) > 0 {
				t.Errorf("the scratch host lives on, or complains: %v: %s", err, said)
			}
		})
	}
}
