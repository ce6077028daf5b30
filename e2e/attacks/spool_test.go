package attacks

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/chainsaw-cni/chainsaw/e2e/node"
	"github.com/chainsaw-cni/chainsaw/shared/report"
	"github.com/chainsaw-cni/chainsaw/shared/spool"
)

// refusedADD makes a report, cheaply: nothing runs.
func refusedADD(t *testing.T, netns, text string, args ...string) error {
	t.Helper()
	config := fmt.Sprintf(`{"cniVersion": "1.0.0", "name": "n", "type": "chainsaw", "podCommands": "ignore", "commands": [%q], %s}`, "ip netns "+text, someResult)
	return call(t, "chainsaw", config, nil, environment(netns, args...)...)
}

// emptied takes all reports out of the node's spool.
func emptied(t *testing.T) (reports []report.Report) {
	t.Helper()
	err := spool.Spool{}.Each(t.Context(), func(r report.Report) error {
		reports = append(reports, r)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return reports
}

// TestReportsStayInTheSpool names pods and commands as paths, while chainsawd is
// away.
func TestReportsStayInTheSpool(t *testing.T) {
	emptied(t)
	const path = "../../../../run/canary"
	netns := node.NetNS(t)
	wantError(t, refusedADD(t, netns, "x", "K8S_POD_NAMESPACE=default", "K8S_POD_NAME="+path), 4, "not a DNS subdomain")
	wantError(t, refusedADD(t, netns, "x", "K8S_POD_NAMESPACE="+path, "K8S_POD_NAME=web-0"), 4, "not a DNS label")
	wantError(t, refusedADD(t, netns, "x", "K8S_POD_NAMESPACE=default", "K8S_POD_NAME=web-0", "K8S_POD_UID="+path), 4, "UID")
	wantError(t, refusedADD(t, netns, path), 100, "")

	if found, _ := filepath.Glob("/run/canary*"); len(found) > 0 {
		t.Errorf("a report is outside of the spool: %q", found)
	}
	files, err := os.ReadDir(spool.Dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		info, err := file.Info()
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", file.Name(), info.Mode(), err)
		}
	}
	if reports := emptied(t); len(reports) != 1 || reports[0].Commands[0].Text != "ip netns "+path {
		t.Errorf("the spool has %+v", reports)
	}
}

// TestOnePodDoesNotFillTheSpool lets one pod report more than its share.
func TestOnePodDoesNotFillTheSpool(t *testing.T) {
	emptied(t)
	const share, more = 128, 5
	netns := node.NetNS(t)
	add := func(name, text string) {
		wantError(t, refusedADD(t, netns, text, "K8S_POD_NAMESPACE=default", "K8S_POD_NAME="+name), 100, "")
	}
	add("quiet", "first")
	for i := range share + more {
		add("loud", fmt.Sprint("line-", i))
	}
	add("quiet", "last")

	count, lost := map[string]int{}, int64(0)
	for _, r := range emptied(t) {
		count[r.Pod.Name]++
		lost = max(lost, r.Lost.Pod)
	}
	if count["quiet"] != 2 || count["loud"] != share || lost != more {
		t.Errorf("of the quiet pod %d reports are left, of the loud one %d, and %d are said to be lost", count["quiet"], count["loud"], lost)
	}
}
