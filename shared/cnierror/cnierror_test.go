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

func TestCodeOfReadsWhatToCNIWrites(t *testing.T) {
	for _, code := range []Code{BadEnvironment, NotAvailable, Refused, NoSuchPod, Internal} {
		if got := CodeOf(ToCNI(New(code, "x): y")).Msg); got != code {
			t.Errorf("got %d, want %d", got, code)
		}
	}
	for _, other := range []string{"", "chainsaw", "chainsaw(100)", "chainsaw(100):x", "chainsaw(): x", "chainsaw(-1): x", "chainsaw(65536): x", " chainsaw(100): x", "ip: chainsaw(100): x"} {
		if got := CodeOf(other); got != 0 {
			t.Errorf("%q has the code %d", other, got)
		}
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
