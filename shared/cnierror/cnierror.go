// Package cnierror gives every failure the CNI error code that the
// documentation promises, and the form in which a person reads it in
// `kubectl describe pod`.
//
// It does not decide what fails: the packages that do wrap their error with
// [New] where they know the code, and the plugin's top turns whatever arrives
// into the one message that leaves the process.
package cnierror

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/containernetworking/cni/pkg/types"
)

// Code is a CNI error code: below 100 those of the CNI specification ("Error"),
// from 100 on the plugin's own.
type Code uint

// The codes that leave the plugins.
const (
	BadEnvironment Code = Code(types.ErrInvalidEnvironmentVariables) // 4
	Undecodable    Code = Code(types.ErrDecodingFailure)             // 6
	InvalidConfig  Code = Code(types.ErrInvalidNetworkConfig)        // 7
	OwnNetns       Code = Code(types.ErrInvalidNetNS)                // 8
	TryAgainLater  Code = Code(types.ErrTryAgainLater)               // 11
	NotAvailable   Code = Code(types.ErrPluginNotAvailable)          // 50
	Internal       Code = Code(types.ErrInternal)                    // 999

	Refused       Code = 100 // by the variant, the rules, the node's policy, the state of a device, or not understood
	CommandFailed Code = 101 // a command ended with an error
	TimedOut      Code = 102 // a command, or the ADD as a whole
	Malformed     Code = 103 // the commands given, or a token without a value here
	NoSuchPod     Code = 104 // under this name and UID
)

// maxDetails bounds the details: kubelet puts the whole error into an event of
// 1 KiB, and the cause stands at the end of stderr.
const maxDetails = 1024

// Error is a failure with its code. Err is the sentence that a person reads,
// Details the end of a command's stderr where there is one.
type Error struct {
	Code    Code
	Err     error
	Details string
}

func (e *Error) Error() string { return e.Err.Error() }

func (e *Error) Unwrap() error { return e.Err }

// New makes an error with a code from a format as of [fmt.Errorf].
func New(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Err: fmt.Errorf(format, args...)}
}

// The message of every error begins with its code between these, because Multus
// hands on only the text.
const opening, closing = "chainsaw(", "): "

// CodeOf reads the code from a message of [ToCNI]; it is 0 of any other text.
func CodeOf(message string) Code {
	rest, opens := strings.CutPrefix(message, opening)
	digits, _, closes := strings.Cut(rest, closing)
	code, err := strconv.ParseUint(digits, 10, 16)
	if !opens || !closes || err != nil {
		return 0
	}
	return Code(code)
}

// ToCNI is err as the CNI library prints it.
func ToCNI(err error) *types.Error {
	failure, ok := errors.AsType[*Error](err)
	if !ok {
		failure = &Error{Code: Internal}
	}
	return types.NewError(
		uint(failure.Code),
		fmt.Sprint(opening, failure.Code, closing, err),
		tail(failure.Details, maxDetails),
	)
}

// tail is the end of s, at most limit bytes, not cut inside a character.
func tail(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	s = s[len(s)-limit:]
	for i := range s {
		if s[i]&0xC0 != 0x80 { // not a continuation byte of UTF-8
			return s[i:]
		}
	}
	return ""
}
