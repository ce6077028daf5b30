package deployments

import (
	"bytes"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	apps "k8s.io/api/apps/v1"
	core "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/chainsaw-cni/chainsaw/shared/daemon"
	"github.com/chainsaw-cni/chainsaw/shared/nodepolicy"
	"github.com/chainsaw-cni/chainsaw/shared/pod"
	"github.com/chainsaw-cni/chainsaw/shared/report"
	"github.com/chainsaw-cni/chainsaw/shared/rootowned"
)

// accountFolder is where a kubelet puts the account of a pod.
const accountFolder = "/var/run/secrets/kubernetes.io/serviceaccount"

// node stands for one on which the pod of a daemon set runs.
type node struct {
	folder string // its file system
	daemon container
	set    apps.DaemonSet
	log    bytes.Buffer
}

// TestDeployedRightsSuffice runs the image as the manifests have it: with their
// capabilities, their folders and the token of their account, and nothing else.
func TestDeployedRightsSuffice(t *testing.T) {
	c := start(t)
	if err := rootowned.Dir(c.server.Dir); err != nil {
		t.Skipf("run as root, or in a user namespace: %v", err)
	}
	root := unpack(t, makeImage(t), filepath.Join(c.server.Dir, "image"))
	c.pod(t, "default", "web", map[string]string{ours: `["ip route"]`})
	web, err := c.clients.CoreV1().Pods("default").Get(t.Context(), "web", metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	ref := pod.Ref{Namespace: "default", Name: "web", UID: string(web.UID)}
	files, err := filepath.Glob(folder + "/daemonset*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, path := range files {
		file := filepath.Base(path)
		t.Run(file, func(t *testing.T) {
			c.deploy(t, file)
			n := c.node(t, root, c.home(t), file)
			n.run(t, c)
			n.isInstalled(t)
			c.serves(t, n, ref)
		})
	}
	t.Run("on a node whose CNI folder is another user's", func(t *testing.T) {
		n := c.node(t, root, c.home(t), "daemonset.yaml")
		if err := os.Chown(n.at("/opt/cni/bin"), 998, 998); err != nil {
			t.Skipf("only root can give the folder to another user: %v", err)
		}
		n.run(t, c)
		n.isInstalled(t)
	})
	t.Run("uninstall", func(t *testing.T) { c.uninstalls(t, root) })
}

// home is the file system of a new node.
func (c *cluster) home(t *testing.T) string {
	t.Helper()
	home, err := os.MkdirTemp(c.server.Dir, "n") // short: a socket's path must be
	if err != nil {
		t.Fatal(err)
	}
	return home
}

// node prepares what a kubelet would for the first container of the daemon
// set's pod.
func (c *cluster) node(t *testing.T, root, home, file string) *node {
	t.Helper()
	n := &node{folder: home, daemon: container{Root: root, Mounts: make(map[string]string)}}
	var policy map[string]any
	for _, object := range documents(t, folder+"/"+file) {
		switch object.GetKind() {
		case "DaemonSet":
			if err := runtime.DefaultUnstructuredConverter.FromUnstructured(object.Object, &n.set); err != nil {
				t.Fatal(err)
			}
		case "ConfigMap":
			policy, _ = object.Object["data"].(map[string]any)
		}
	}
	spec := n.set.Spec.Template.Spec
	chainsawd := slices.Concat(spec.InitContainers, spec.Containers)[0]
	for _, mount := range chainsawd.VolumeMounts {
		n.mount(t, mount.MountPath, n.source(mount.Name))
		if mount.ReadOnly {
			n.daemon.ReadOnly = append(n.daemon.ReadOnly, mount.MountPath)
		}
	}
	for name, text := range policy {
		content, _ := text.(string)
		n.write(t, n.source("wanted-policy")+"/"+name, content)
	}
	if *spec.AutomountServiceAccountToken {
		n.mount(t, accountFolder, accountFolder)
		c.account(t, n)
	}
	n.daemon.Capabilities = chainsawd.SecurityContext.Capabilities.Add
	n.daemon.Argv = append([]string{"/chainsawd"}, chainsawd.Args...)
	return n
}

// source is the place on the node of a volume's folder.
func (n *node) source(volume string) string {
	for _, v := range n.set.Spec.Template.Spec.Volumes {
		if v.Name == volume && v.HostPath != nil {
			return v.HostPath.Path
		}
	}
	return "/pod/" + volume
}

// at is a path of the node's.
func (n *node) at(path string) string { return filepath.Join(n.folder, path) }

// mount gives the container the node's folder at this place.
func (n *node) mount(t *testing.T, place, folder string) {
	t.Helper()
	for _, path := range []string{filepath.Join(n.daemon.Root, place), n.at(folder), filepath.Join(n.daemon.Root, "proc")} {
		if err := os.MkdirAll(path, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	n.daemon.Mounts[place] = n.at(folder)
}

func (n *node) write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(n.at(path), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// account gives the pod the token of the deployed ServiceAccount.
func (c *cluster) account(t *testing.T, n *node) {
	t.Helper()
	token, err := c.server.Token(t.Context(), "kube-system", account)
	if err != nil {
		t.Fatal(err)
	}
	n.write(t, accountFolder+"/token", token)
	n.write(t, accountFolder+"/ca.crt", string(c.server.Admin().CAData))
	address, err := url.Parse(c.server.URL)
	if err != nil {
		t.Fatal(err)
	}
	n.daemon.Env = []string{
		"NODE_NAME=nowhere", "KUBERNETES_SERVICE_HOST=" + address.Hostname(), "KUBERNETES_SERVICE_PORT=" + address.Port(),
	}
}

// run starts chainsawd, waits until its probe says that it is ready, and has it
// end at the test's end as a kubelet would.
func (n *node) run(t *testing.T, c *cluster) {
	t.Helper()
	cmd := n.daemon.command(t)
	cmd.Stdout, cmd.Stderr = &n.log, &n.log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Error(err)
		}
		if err := cmd.Wait(); err != nil {
			t.Errorf("it ends with %v", err)
		}
		if t.Failed() {
			t.Logf("chainsawd says\n%s", n.log.String())
		}
	})
	probe := n.daemon
	probe.Argv = n.set.Spec.Template.Spec.Containers[0].ReadinessProbe.Exec.Command
	c.await(t, "chainsawd is ready", func() bool { return probe.command(t).Run() == nil })
}

// isInstalled compares what is on the node with what is in the image.
func (n *node) isInstalled(t *testing.T) {
	t.Helper()
	cni := n.source("cni-bin")
	for place, name := range map[string]string{
		cni + "/chainsaw": "chainsaw", cni + "/chainsaw-inspect": "chainsaw-inspect", cni + "/chainsaw-filter": "chainsaw-filter",
		"/var/lib/chainsaw/bin/chainsaw-lookup": "chainsaw-lookup",
	} {
		want, err := os.ReadFile(filepath.Join(n.daemon.Root, "usr/libexec/chainsaw", name))
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(n.at(place))
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not what the image has: %v", place, err)
		}
	}
	wanted, err := filepath.Glob(n.at("/pod/wanted-policy/policy.json"))
	policy, loadErr := nodepolicy.Load(n.at(nodepolicy.DaemonPath))
	if (policy != nil) != (len(wanted) == 1) || err != nil || loadErr != nil {
		t.Errorf("of the policy %v the node has %v, %v, %v", wanted, policy, err, loadErr)
	}
}

// serves asks chainsawd as a plugin does, and looks for the event that a failure
// should leave on the pod.
func (c *cluster) serves(t *testing.T, n *node, ref pod.Ref) {
	t.Helper()
	client := daemon.Client{Path: n.at("/run/chainsaw/chainsawd.sock")}
	found, err := client.Metadata(t.Context(), ref)
	if err != nil || found.Annotations[ours] != `["ip route"]` {
		t.Errorf("asked for the pod it says %v, %v", found, err)
	}
	failed := report.New("chainsaw")
	failed.Pod, failed.Interface, failed.Error = ref, "net1", "chainsaw(100): refused for the test of "+t.Name()
	if err := client.Report(t.Context(), failed); err != nil {
		t.Error(err)
	}
	c.await(t, "the pod has an event", func() bool {
		events, err := c.clients.CoreV1().Events(ref.Namespace).List(t.Context(), metav1.ListOptions{})
		if err != nil {
			t.Fatal(err)
		}
		return slices.ContainsFunc(events.Items, func(e core.Event) bool {
			return string(e.InvolvedObject.UID) == ref.UID && strings.Contains(e.Message, t.Name())
		})
	})
}
