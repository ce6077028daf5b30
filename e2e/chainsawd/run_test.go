package chainsawd

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/chainsaw-cni/chainsaw/shared/report"
)

func TestPodRunsItsCommandsAndChainsawdShowsThem(t *testing.T) {
	freshNode(t)
	c := startCluster(t)
	d := start(t, c.environment())
	newSandbox(t, c.pod(t, "web-0", `["ip link show CURRENT_INTERFACE", " ip addr"]`)).mustAdd(t)
	const want = "Chainsaw report: pod default/web-0, interface net1, network storage, variant chainsaw\n" +
		"Detected commands: [link show CURRENT_INTERFACE addr]\n" +
		"Running ip netns exec "
	d.shows(t, want)
	if !strings.HasPrefix(d.out.String(), want) || !d.out.has("net1: <BROADCAST,MULTICAST>") {
		t.Errorf("chainsawd shows\n%s", d.out)
	}
}

func TestReportsAndLogAreJSONOnRequest(t *testing.T) {
	freshNode(t)
	c := startCluster(t)
	d := start(t, c.environment(), "--log-format=json")
	newSandbox(t, c.pod(t, "web-0", "ip link")).mustAdd(t)
	d.shows(t, "}\n")
	var r report.Report
	if err := json.Unmarshal([]byte(d.out.String()), &r); err != nil || r.Pod.Name != "web-0" || len(r.Commands) != 1 {
		t.Errorf("%v: the output is %q", err, d.out)
	}
	for line := range strings.Lines(d.log.String()) {
		if !json.Valid([]byte(line)) {
			t.Errorf("a line of the log is %q", line)
		}
	}
}

func TestRefusalIsCounted(t *testing.T) {
	freshNode(t)
	c := startCluster(t)
	d := start(t, c.environment())
	newSandbox(t, c.pod(t, "web-0", "ip netns list")).refused(t, "chainsaw(100): ")
	d.counts(t, `chainsaw_refused_commands_total{reason="command"}`, 1)
	d.counts(t, `chainsaw_adds_total{outcome="refused",variant="chainsaw"}`, 1)
}

// TestDocumentationNamesEveryFigureAndFlag, and none that is not there.
func TestDocumentationNamesEveryFigureAndFlag(t *testing.T) {
	freshNode(t)
	c := startCluster(t)
	d := start(t, c.environment(), "--write-kubeconfig")
	newSandbox(t, c.pod(t, "web-0", "ip netns list")).refused(t, "chainsaw(100): ")
	await(t, "there was an event", func() bool { return d.metric(t, `chainsaw_events_total{outcome="sent"}`) > 0 })
	metrics, err := d.probe("metrics")
	if err != nil {
		t.Fatal(err)
	}
	help, err := exec.Command(filepath.Join(bin, "chainsawd"), "run", "--help").Output()
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile("../../docs/chainsawd.md")
	if err != nil {
		t.Fatal(err)
	}
	for name, there := range map[string]struct{ real, said []string }{
		"figure": {all(`(?m)^# TYPE (chainsaw_\w+)`, metrics), all("`(chainsaw_\\w+)`", string(page))},
		"flag":   {all(`(?m)^      (--[a-z-]+)`, string(help)), all("(?m)^\\| `(--[a-z-]+)`", string(page))},
	} {
		if len(there.real) == 0 {
			t.Errorf("no %s was found: the pattern is wrong", name)
		}
		for _, one := range there.real {
			if !slices.Contains(there.said, one) && one != "--help" {
				t.Errorf("the page does not name the %s %s", name, one)
			}
		}
		for _, one := range there.said {
			if !slices.Contains(there.real, one) && one != "chainsaw_restored_files_total" { // none was, here
				t.Errorf("the page names the %s %s, which there is not", name, one)
			}
		}
	}
}

func all(pattern, text string) (found []string) {
	for _, match := range regexp.MustCompile(pattern).FindAllStringSubmatch(text, -1) {
		found = append(found, match[1])
	}
	return found
}
