package apiserver

import (
	"context"
	"errors"
	"fmt"
	"net/url"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
)

// Advice is what to do about credentials, which only their owner knows.
type Advice struct {
	Unauthorized string // whose they are, and what to do
	Forbidden    string // who may not do what, and what to do
}

// Explain says in a clause what is wrong with the API server or with us, and
// what to do. It keeps err.
func (a Advice) Explain(err error) error {
	transport, unreachable := errors.AsType[*url.Error](err)
	switch {
	case err == nil:
		return nil
	case apierrors.IsUnauthorized(err):
		return because{err, "the API server does not accept " + a.Unauthorized}
	case apierrors.IsForbidden(err):
		return because{err, fmt.Sprintf("%s (%v)", a.Forbidden, err)}
	case apierrors.IsTooManyRequests(err):
		return because{err, "the API server has too much to do"}
	case errors.Is(err, context.DeadlineExceeded):
		return because{err, "the API server did not answer in time"}
	case unreachable:
		return because{err, fmt.Sprintf("the API server cannot be reached: %v", transport.Err)}
	}
	return because{err, fmt.Sprintf("the API server's answer is of no use: %v", err)}
}

// because says an error in other words.
type because struct {
	err   error
	words string
}

func (b because) Error() string { return b.words }

func (b because) Unwrap() error { return b.err }
