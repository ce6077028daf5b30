package plugin

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/containernetworking/cni/pkg/skel"
	"github.com/containernetworking/cni/pkg/types"
	types100 "github.com/containernetworking/cni/pkg/types/100"

	"github.com/chainsaw-cni/chainsaw/shared/cnierror"
	"github.com/chainsaw-cni/chainsaw/shared/device"
	"github.com/chainsaw-cni/chainsaw/shared/runner"
)

func TestPanicBecomesACNIError(t *testing.T) {
	err := safely(func(*skel.CmdArgs) error { panic("a bug") })(nil)
	failure, ok := errors.AsType[*types.Error](err)
	if !ok || failure.Code != 999 || !strings.HasPrefix(failure.Msg, "chainsaw(999): ") || !strings.Contains(failure.Msg, "a bug") {
		t.Errorf("got %#v", err)
	}
}

func TestErrorsLeaveInTheFormOfCNI(t *testing.T) {
	err := safely(func(*skel.CmdArgs) error { return cnierror.New(cnierror.Refused, "no") })(nil)
	if failure, ok := errors.AsType[*types.Error](err); !ok || failure.Code != 100 || failure.Msg != "chainsaw(100): no" {
		t.Errorf("got %#v", err)
	}
	if err := safely(func(*skel.CmdArgs) error { return nil })(nil); err != nil {
		t.Errorf("success became %v", err)
	}
}

func TestDELReadsItsInputToTheEndAndIgnoresErrors(t *testing.T) {
	input := strings.NewReader(strings.Repeat("x", 1<<20))
	del(io.MultiReader(input, iotest.ErrReader(errors.New("gone"))))
	if input.Len() != 0 {
		t.Errorf("%d bytes were left", input.Len())
	}
}

func TestResultVersion(t *testing.T) {
	for given, want := range map[string]string{"": "0.1.0", "0.3.1": "0.3.1", "1.1.0": "1.1.0"} {
		if got := resultVersion(given); got != want {
			t.Errorf("%q is answered in %q, want %q", given, got, want)
		}
	}
}

func TestResultThatAnOldVersionCannotTell(t *testing.T) {
	err := printResult(&types100.Result{CNIVersion: "1.1.0"}, "0.2.0")
	failure, ok := errors.AsType[*cnierror.Error](err)
	if !ok || failure.Code != cnierror.InvalidConfig || !strings.Contains(err.Error(), "cniVersion 0.2.0") {
		t.Errorf("got %v", err)
	}
}

func TestReasonOfARefusalDoesNotRepeatTheCommand(t *testing.T) {
	violation := &device.Violation{Text: "net1 came with the attachment"}
	ran := runner.Ran{Err: cnierror.New(cnierror.Refused, "refused `ip link delete dev net1` (pod annotation #1): %w", violation)}
	if got := describe(ran).Reason; got != violation.Text {
		t.Errorf("the reason is %q", got)
	}
}
