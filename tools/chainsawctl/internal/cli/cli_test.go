package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/exit"
)

func run(t *testing.T, stdin string, args ...string) (code int, out, errOut string) {
	t.Helper()
	var outBuffer, errBuffer bytes.Buffer
	code = Run(t.Context(), Streams{In: strings.NewReader(stdin), Out: &outBuffer, ErrOut: &errBuffer}, args)
	return code, outBuffer.String(), errBuffer.String()
}

func TestVersion(t *testing.T) {
	if code, out, _ := run(t, "", "version"); code != exit.OK || !strings.HasPrefix(out, "chainsawctl ") {
		t.Errorf("got code %d and %q", code, out)
	}
}

func TestHelpDoesNotShowTheScratchHost(t *testing.T) {
	code, out, _ := run(t, "", "--help")
	if code != exit.OK || !strings.Contains(out, "completion") || strings.Contains(out, "scratch-host") {
		t.Errorf("got code %d and\n%s", code, out)
	}
}

// The files of these are not in order, so that no scratch host is made.
func TestUsageErrorsAreOneLineThatHelps(t *testing.T) {
	const pod = "kind: Pod\nmetadata:\n  name: web-0\n  annotations: {k8s.v1.cni.cncf.io/networks: storage}\n"
	const network = "---\nkind: NetworkAttachmentDefinition\nmetadata: {name: storage}\nspec: {config: '{\"type\": \"bridgee\"}'}\n"
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "bridge"), nil, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, stdin string
		args        []string
		want        string
	}{
		{"unknown sub-command", "", []string{"tyr"}, `Did you mean this? try`},
		{"a name that would steer the terminal", strings.ReplaceAll(pod, "storage", `'[{"name":"\u001b[2J"}]'`), []string{"try", "-f", "-"}, `default/\x1b[2J`},
		{"unknown flag", "", []string{"try", "--fiel", "x"}, "unknown flag: --fiel"},
		{"no file", "", []string{"try"}, "say with -f"},
		{"a missing file", "", []string{"try", "-f", "no-such.yaml"}, "no-such.yaml"},
		{"no pod", network, []string{"try", "-f", "-"}, "no Pod"},
		{"another pod", pod, []string{"try", "-f", "-", "--pod", "web-1"}, "did you mean web-0?"},
		{"no network", pod, []string{"try", "-f", "-"}, "no net-attach-def default/storage"},
		{"an unknown plugin", pod + network, []string{"try", "-f", "-", "--cni-path", folder}, `did you mean "bridge"?`},
		{"no plugins at all", pod + network, []string{"try", "-f", "-", "--cni-path", "/no/such/folder"}, "make build"},
		{"host network", "kind: Pod\nmetadata: {name: a}\nspec: {hostNetwork: true}\n", []string{"try", "-f", "-"}, "no CNI plugin is called for it"},
		{"a name that no pod has", "kind: Pod\nmetadata: {name: a_b}\n", []string{"try", "-f", "-"}, "a_b"},
	} {
		t.Run(test.name, func(t *testing.T) {
			code, out, errOut := run(t, test.stdin, test.args...)
			if code != exit.Usage || out != "" || !strings.HasPrefix(errOut, "chainsawctl: ") || !strings.Contains(errOut, test.want) {
				t.Errorf("got code %d, %q and the error\n%swant %q in it", code, out, errOut, test.want)
			}
			if strings.Count(errOut, "\n") != 1 {
				t.Errorf("the error is not one line:\n%s", errOut)
			}
		})
	}
}
