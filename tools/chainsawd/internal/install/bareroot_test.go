package install

import (
	"errors"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netns"
	"golang.org/x/sys/unix"

	"github.com/chainsaw-cni/chainsaw/shared/ipbinary"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawd/internal/nodetest"
)

const addConfig = `{
	"cniVersion": "1.0.0", "name": "storage", "type": "chainsaw",
	"commands": ["link set dev CURRENT_INTERFACE mtu 1400"],
	"prevResult": {"cniVersion": "1.0.0", "interfaces": [{"name": "net1", "sandbox": "/run/netns/pod"}]}
}`

// On a root file system with nothing but /proc, /dev/null and what was
// installed, the plugin runs commands.
func TestPluginWorksOnNodeWithoutIPAndLibc(t *testing.T) {
	if !nodetest.Alone(t) {
		return
	}
	source, ip := sources(t)
	root := bareRoot(t)
	i := Installer{Source: source, CNIDirs: []string{"/opt/cni/bin"}, StateDir: StateDir, IP: ip, Log: slog.Default()}
	if err := i.Apply(); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(unix.Chroot(root), unix.Chdir("/")); err != nil {
		t.Fatal(err)
	}
	pod := newPod(t)

	if out, err := plugin("STATUS", `{"cniVersion": "1.1.0", "name": "storage", "type": "chainsaw"}`); err != nil {
		t.Fatalf("STATUS: %v: %s", err, out)
	}
	if out, err := plugin("ADD", addConfig); err != nil {
		t.Fatalf("ADD: %v: %s", err, out)
	}
	link, err := pod.LinkByName("net1")
	if err != nil || link.Attrs().MTU != 1400 {
		t.Errorf("%+v, %v: want an MTU of 1400", link, err)
	}

	// It was the staged program and its libraries, and nothing else.
	if err := os.RemoveAll(librariesDir(StateDir)); err != nil {
		t.Fatal(err)
	}
	if out, err := plugin("ADD", addConfig); err == nil {
		t.Errorf("ADD works without the libraries: %s", out)
	}
}

func sources(t *testing.T) (source, ip string) {
	t.Helper()
	source, err := filepath.Abs("../../../../bin")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(source, Helper)); err != nil {
		t.Fatalf("%v: run `make build` first", err)
	}
	if ip, err = ipbinary.Find(); err != nil {
		t.Skipf("this machine has no ip to stage: %v", err)
	}
	return source, ip
}

// bareRoot makes the root file system of a node, and shows its folders where
// the DaemonSet would mount them.
func bareRoot(t *testing.T) string {
	t.Helper()
	const root = "/mnt"
	steps := []error{
		unix.Mount("tmpfs", root, "tmpfs", 0, "mode=755"),
		unix.Mount("tmpfs", "/opt", "tmpfs", 0, "mode=755"),
		unix.Mount("tmpfs", "/var/lib", "tmpfs", 0, "mode=755"),
	}
	for _, folder := range []string{"/opt/cni/bin", StateDir} {
		steps = append(steps,
			os.MkdirAll(root+folder, 0o755),
			os.MkdirAll(folder, 0o755),
			unix.Mount(root+folder, folder, "", unix.MS_BIND, ""))
	}
	for _, folder := range []string{"/proc", "/dev", "/run"} {
		steps = append(steps, os.Mkdir(root+folder, 0o755))
	}
	null := root + "/dev/null"
	steps = append(steps,
		unix.Mount("proc", root+"/proc", "proc", 0, ""),
		os.WriteFile(null, nil, 0o600),
		unix.Mount("/dev/null", null, "", unix.MS_BIND, ""))
	if err := errors.Join(steps...); err != nil {
		t.Fatalf("making a bare root: %v", err)
	}
	return root
}

// newPod makes a pod's netns, /run/netns/pod, with one interface.
func newPod(t *testing.T) *netlink.Handle {
	t.Helper()
	runtime.LockOSThread()
	own, err := netns.Get()
	if err != nil {
		t.Fatal(err)
	}
	defer own.Close()
	ns, err := netns.NewNamed("pod")
	if err := errors.Join(err, netns.Set(own)); err != nil {
		t.Fatalf("making a netns: %v", err) // with the thread locked
	}
	runtime.UnlockOSThread()
	defer ns.Close()
	handle, err := netlink.NewHandleAt(ns)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(handle.Close)
	veth := &netlink.Veth{LinkAttrs: netlink.LinkAttrs{Name: "net1"}, PeerName: "peer"}
	if err := handle.LinkAdd(veth); err != nil {
		t.Fatal(err)
	}
	return handle
}

// plugin calls the installed plugin as a runtime does.
func plugin(verb, config string) (string, error) {
	cmd := exec.Command("/opt/cni/bin/chainsaw")
	cmd.Env = []string{"CNI_COMMAND=" + verb, "CNI_CONTAINERID=c1", "CNI_IFNAME=net1", "CNI_NETNS=/run/netns/pod", "CNI_PATH=/opt/cni/bin"}
	cmd.Stdin = strings.NewReader(config)
	out, err := cmd.CombinedOutput()
	return string(out), err
}
