package cli

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"
)

func run(t *testing.T, args ...string) (code int, out, errOut string) {
	t.Helper()
	var outBuffer, errBuffer bytes.Buffer
	code = Run(t.Context(), Streams{Out: &outBuffer, ErrOut: &errBuffer}, args)
	return code, outBuffer.String(), errBuffer.String()
}

func TestVersion(t *testing.T) {
	if code, out, _ := run(t, "version"); code != 0 || !strings.HasPrefix(out, "chainsawd ") {
		t.Errorf("got code %d and %q", code, out)
	}
}

// None of these gets as far as touching the machine.
func TestErrorsAreOneLineThatHelps(t *testing.T) {
	nobody := filepath.Join(t.TempDir(), "s")
	for _, test := range []struct {
		name string
		args []string
		want string
	}{
		{"unknown sub-command", []string{"unistall"}, "Did you mean this? uninstall"},
		{"unknown flag", []string{"run", "--nod-name", "x"}, "unknown flag: --nod-name"},
		{"unknown form", []string{"run", "--log-format=xml"}, `--log-format may be text or json, not "xml"`},
		{"unknown profile", []string{"run", "--profile=kubeadm"}, `there is no profile "kubeadm"`},
		{"unknown profile to uninstall", []string{"uninstall", "--profile=kubeadm"}, `there is no profile "kubeadm"`},
		{"unknown question", []string{"probe", "alive"}, `invalid argument "alive"`},
		{"nobody to ask", []string{"probe", "ready", "--status-socket", nobody}, "not ready: asking chainsawd: "},
		{"a kubeconfig without a pod", []string{"run", "--write-kubeconfig", "--status-socket", nobody}, "--write-kubeconfig needs the token of a pod"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Setenv("KUBERNETES_SERVICE_HOST", "")
			code, out, errOut := run(t, test.args...)
			last := lastLine(errOut)
			if code != 1 || out != "" || !strings.HasPrefix(last, "chainsawd: ") || !strings.Contains(last, test.want) {
				t.Errorf("got code %d, %q and the error\n%s\nwant %q in it", code, out, errOut, test.want)
			}
		})
	}
}

func lastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return lines[len(lines)-1]
}

func TestCNIFolders(t *testing.T) {
	for _, test := range []struct {
		name string
		dirs cniDirs
		want string
	}{
		{"the profile's", cniDirs{profile: "openshift"}, "/var/lib/cni/bin"},
		{"those that are named", cniDirs{profile: "default", paths: []string{"/a", "/b"}}, "/a,/b"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := test.dirs.choose()
			if err != nil || strings.Join(got, ",") != test.want {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
}
