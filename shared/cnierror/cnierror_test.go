package cnierror

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestToCNIKeepsTheCodeOfTheInnermostAndTheWholeSentence(t *testing.T) {
	inner := New(CommandFailed, "`ip route` ended with %d", 2)
	inner.Details = "RTNETLINK answers: File exists"
	got := ToCNI(fmt.Errorf("running: %w", inner))
	if got.Code != 101 || got.Msg != "chainsaw(101): running: `ip route` ended with 2" || got.Details != inner.Details {
		t.Errorf("got %+v", got)
	}
}

func TestToCNITakesOtherErrorsForAFaultOfOurs(t *testing.T) {
	if got := ToCNI(errors.New("x")); got.Code != 999 || got.Msg != "chainsaw(999): x" {
		t.Errorf("got %+v", got)
	}
}

func TestDetailsAreTheEndAndWholeCharacters(t *testing.T) {
	e := New(CommandFailed, "x")
	for _, details := range []string{strings.Repeat("ä", 2000), strings.Repeat("x", 2000) + "end", "short", "", strings.Repeat("\x80", 3000)} {
		e.Details = details
		got := ToCNI(e).Details
		if len(got) > maxDetails || !strings.HasSuffix(details, got) || utf8.ValidString(details) && !utf8.ValidString(got) {
			t.Errorf("details of %d bytes became %d: %q", len(details), len(got), got)
		}
	}
}

func TestErrorUnwraps(t *testing.T) {
	cause := errors.New("cause")
	if !errors.Is(New(Refused, "refused: %w", cause), cause) {
		t.Error("the cause is lost")
	}
}
