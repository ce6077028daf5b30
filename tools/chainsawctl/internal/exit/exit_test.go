package exit

import (
	"context"
	"errors"
	"fmt"
	"testing"
)

func TestCode(t *testing.T) {
	cause := errors.New("unknown flag: --fiel")
	for _, test := range []struct {
		err  error
		want int
	}{
		{nil, OK},
		{cause, Usage},
		{With(CouldNotRun, cause), CouldNotRun},
		{fmt.Errorf("trying: %w", With(Failed, cause)), Failed},
		{fmt.Errorf("trying: %w", context.Canceled), Interrupted},
	} {
		if got := Code(test.err); got != test.want {
			t.Errorf("Code(%v) = %d, want %d", test.err, got, test.want)
		}
	}
	if With(Failed, nil) != nil {
		t.Error("no error was given a code")
	}
}
