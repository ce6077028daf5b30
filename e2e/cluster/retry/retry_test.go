package retry

import (
	"context"
	"errors"
	"testing"
)

var errNotYet = errors.New("not yet")

func TestUntilItGoesWell(t *testing.T) {
	tries := 0
	err := Until(t.Context(), func() error {
		if tries++; tries < 3 {
			return errNotYet
		}
		return nil
	})
	if tries != 3 || err != nil {
		t.Errorf("%d tries, %v; want 3 and no error", tries, err)
	}
}

func TestUntilTheTimeIsOver(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	err := Until(ctx, func() error {
		cancel()
		return errNotYet
	})
	if !errors.Is(err, context.Canceled) || !errors.Is(err, errNotYet) {
		t.Errorf("it ends with %v, want both why it ended and how the last try went", err)
	}
}
