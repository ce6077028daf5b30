package lint

import (
	"context"
	"strings"
	"testing"

	"github.com/chainsaw-cni/chainsaw/tools/chainsawctl/internal/validate"
)

var _ validate.Linter = (*Linter)(nil)

// TestOurOwnManifestsAreClean runs as the command does, on all processors.
func TestOurOwnManifestsAreClean(t *testing.T) {
	const root = "../../../../"
	report, err := validate.Run(context.Background(), []string{root + "examples", root + "deployments"}, strings.NewReader(""), &Linter{}, nil)
	if err != nil || report.Documents == 0 {
		t.Fatalf("%d documents were read: %v", report.Documents, err)
	}
	for _, f := range report.Findings {
		if f.Rule == unknownKey && strings.Contains(f.Message, `"foo"`) { // the original's example has it
			continue
		}
		t.Errorf("%s: %s: %s [%s]", f.At, f.Severity, f.Message, f.Rule)
	}
}
