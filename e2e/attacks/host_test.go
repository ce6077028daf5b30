package attacks

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// ipCommand is `ip` as root runs it, with no wall around it.
func ipCommand(t *testing.T, args ...string) ([]byte, error) {
	t.Helper()
	var out, errs bytes.Buffer
	command := exec.CommandContext(context.WithoutCancel(t.Context()), "/usr/sbin/ip", args...)
	command.Stdout, command.Stderr = &out, &errs
	if err := command.Run(); err != nil {
		return nil, fmt.Errorf("ip %s: %w: %s", strings.Join(args, " "), err, &errs)
	}
	return out.Bytes(), nil
}

// onHost runs lines in the netns of the node.
func onHost(t *testing.T, lines ...string) {
	t.Helper()
	for _, line := range lines {
		if _, err := ipCommand(t, strings.Fields(line)...); err != nil {
			t.Fatal(err)
		}
	}
}

// inPod is what options of `ip` lead into the pod's netns.
func (a attachment) inPod() []string { return []string{"-n", filepath.Base(a.conf.NetNS)} }

// asRoot runs a line in the pod with no wall around it.
func (a attachment) asRoot(t *testing.T, line string) error {
	t.Helper()
	_, err := ipCommand(t, append(a.inPod(), strings.Fields(line)...)...)
	return err
}

// nic makes a network card on the node for the time of the test.
func nic(t *testing.T, name string) {
	t.Helper()
	onHost(t, "link add "+name+" type veth peer name wire", "link set wire up", "link set "+name+" up")
	t.Cleanup(func() { onHost(t, "link del wire") })
}

// link is what an attack could change of a device.
type link struct {
	Name        string   `json:"ifname"`
	MAC         string   `json:"address"`
	MTU         int      `json:"mtu"`
	Master      string   `json:"master"`
	Alias       string   `json:"ifalias"`
	AltNames    []string `json:"altnames"`
	Promiscuity int      `json:"promiscuity"`
	AllMulti    int      `json:"allmulti"`
	Flags       []string `json:"flags"`
	Info        struct {
		Kind string         `json:"info_kind"`
		Data map[string]any `json:"info_data"`
	} `json:"linkinfo"`
}

// passing are the flags that come and go with the other end of a wire.
var passing = []string{"NO-CARRIER", "LOWER_UP", "M-DOWN"}

// links lists the devices of a netns.
func links(t *testing.T, where ...string) (found []link) {
	t.Helper()
	text, err := ipCommand(t, append(where, "-d", "-j", "link", "show")...)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &found); err != nil {
		t.Fatal(err)
	}
	for i := range found {
		found[i].Flags = slices.DeleteFunc(found[i].Flags, func(f string) bool { return slices.Contains(passing, f) })
		if found[i].Info.Kind == "bridge" {
			found[i].Info.Data = nil // it has timers
		}
	}
	return found
}

// find returns the link of a name, or nil.
func find(found []link, name string) *link {
	if i := slices.IndexFunc(found, func(l link) bool { return l.Name == name }); i >= 0 {
		return &found[i]
	}
	return nil
}

// state is what the attacks are after: the devices of the pod, those of the
// node, and the link-layer addresses that these listen to. What the bridge
// plugin has on the node comes and goes with other pods.
func (a attachment) state(t *testing.T) string {
	t.Helper()
	var text strings.Builder
	for _, l := range links(t, a.inPod()...) {
		fmt.Fprintf(&text, "pod: %+v\n", l)
	}
	for _, l := range links(t) {
		if l.Name == "test0" || strings.HasPrefix(l.Name, "veth") {
			continue
		}
		fmt.Fprintf(&text, "node: %+v\n", l)
		for _, address := range listensTo(t, l.Name) {
			fmt.Fprintf(&text, "node: %s listens to %s\n", l.Name, address)
		}
	}
	return text.String()
}

// listensTo leaves the addresses of IP multicast out: the pod's kernel joins
// groups at its own time, and a macvlan hands them to the card.
func listensTo(t *testing.T, device string) (addresses []string) {
	t.Helper()
	text, err := ipCommand(t, "-0", "maddress", "show", "dev", device)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		address, found := strings.CutPrefix(strings.TrimSpace(line), "link  ")
		if found && !strings.HasPrefix(address, "33:33:") && !strings.HasPrefix(address, "01:00:5e:") {
			addresses = append(addresses, address)
		}
	}
	return addresses
}

// withstands wants an attack refused with code 100 and nothing changed. Then it
// runs the pod's last line as root, without a wall: that must change something,
// or the test would be one of nothing.
func (a attachment) withstands(t *testing.T, line, says string) {
	t.Helper()
	var before string
	a.exec.before = func() { before = a.state(t) }
	a.refused(t, 100, says)
	a.exec.before = nil
	if after := a.state(t); before != after {
		t.Errorf("something changed:\n%s\nfrom:\n%s", after, before)
	}
	if err := a.asRoot(t, line); lacks(err) {
		t.Logf("this kernel lacks it, so nothing shows that the attack is one: %v", err)
	} else if err != nil || before == a.state(t) {
		t.Errorf("without a wall the attack changes nothing either: %v", err)
	}
}

// lacks tells a kernel that does not know a kind of device.
func lacks(err error) bool {
	return err != nil && (strings.Contains(err.Error(), "Unknown device type") || strings.Contains(err.Error(), "not supported"))
}
