package cluster

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/chainsaw-cni/chainsaw/e2e/cluster/machine"
	"github.com/chainsaw-cni/chainsaw/e2e/cluster/programs"
)

func TestMain(m *testing.M) { os.Exit(Main(m)) }

// A story that is skipped looks like one that went well: only what the machine
// is may be a reason for that.
func TestStoryFailsWithoutThePrograms(t *testing.T) {
	if lacking := machine.Lacking(); lacking != "" {
		t.Skip("no cluster can run here: this machine lacks " + lacking)
	}
	if os.Getenv("CHAINSAW_E2E_STORY") != "" {
		Start(t)
		return
	}
	story := exec.CommandContext(t.Context(), "/proc/self/exe", "-test.run="+t.Name(), "-test.v")
	empty := t.TempDir()
	story.Env = append(os.Environ(), "CHAINSAW_E2E_STORY=yes", "XDG_CACHE_HOME="+empty, "GOMODCACHE="+empty, "GOPROXY=off")
	out, err := story.CombinedOutput()
	if err == nil || !strings.Contains(string(out), programs.ErrUnreachable.Error()) {
		t.Errorf("a story without a way to get programs ends with %v and says\n%s", err, out)
	}
}
