// Package exit is the exit codes of chainsawctl, which scripts rely on, and the
// error that carries one. It prints nothing and ends no process.
package exit

import (
	"context"
	"errors"
	"fmt"
)

// The exit codes.
const (
	OK          = 0
	Failed      = 1 // what was looked at is not in order
	Usage       = 2 // the command line, or the files that it names
	CouldNotRun = 3 // this machine, or chainsawctl itself
	Interrupted = 130
)

// Error is an error with the code that the process ends with.
type Error struct {
	Code int
	Err  error // nil when all has been said on the output
}

func (e *Error) Error() string {
	if e.Err == nil {
		return fmt.Sprintf("exit code %d", e.Code)
	}
	return e.Err.Error()
}

func (e *Error) Unwrap() error { return e.Err }

// With gives an error a code. A nil error stays nil.
func With(code int, err error) error {
	if err == nil {
		return nil
	}
	return &Error{Code: code, Err: err}
}

// Code is the code for an error. One that brings none is a matter of the
// command line: everything else is given a code where it arises.
func Code(err error) int {
	coded, isCoded := errors.AsType[*Error](err)
	switch {
	case err == nil:
		return OK
	case errors.Is(err, context.Canceled):
		return Interrupted
	case isCoded:
		return coded.Code
	}
	return Usage
}
