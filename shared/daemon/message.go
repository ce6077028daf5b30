package daemon

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/chainsaw-cni/chainsaw/shared/pod"
	"github.com/chainsaw-cni/chainsaw/shared/report"
)

// SocketPath is where chainsawd listens; OriginalSocketPath is where the first
// chainsaw's daemon did, which configurations may still name.
const (
	SocketPath         = "/run/chainsaw/chainsawd.sock"
	OriginalSocketPath = "/var/run/chainsaw-cni/chainsaw.sock"
)

// Timeout bounds a whole exchange on the client's side.
const Timeout = 500 * time.Millisecond

// Metadata is what chainsawd knows of a pod.
type Metadata struct {
	UID         string            `json:"uid"`
	Annotations map[string]string `json:"annotations,omitempty"`
}

// What an exchange can fail with, beside the caller's own context.
var (
	// ErrAway says that nobody answers: no socket, refused, or too slow.
	ErrAway = errors.New("chainsawd is away")
	// ErrNoPod says that chainsawd is sure that there is no such pod.
	ErrNoPod = errors.New("there is no such pod")
	// ErrUnavailable says that chainsawd is there but cannot tell for now.
	ErrUnavailable = errors.New("chainsawd cannot tell for now")
	// ErrUntrusted says that the socket, its folder or who listens is not root's.
	ErrUntrusted = errors.New("chainsawd's socket is not to be trusted")
)

const version = 1

const (
	kindMetadata = "metadata"
	kindReport   = "report"
)

// The largest messages. A pod has 256 KiB of annotations at most, a byte of
// which JSON may write in six.
const (
	maxLookup  = 4 << 10
	maxRequest = report.MaxBytes + maxLookup
	maxReply   = 2 << 20
)

// lookup is a request for metadata, as the client writes it. To encode a type
// for the first time costs by its size, and a plugin lives for one ADD: a
// request would bring the type of a report along, 0.07 ms.
type lookup struct {
	Version int     `json:"version"`
	Kind    string  `json:"kind"`
	Pod     pod.Ref `json:"pod"`
}

type request struct {
	Version int            `json:"version"`
	Kind    string         `json:"kind"`
	Pod     *pod.Ref       `json:"pod,omitempty"`
	Report  *report.Report `json:"report,omitempty"`
}

type reply struct {
	Version  int       `json:"version"`
	Metadata *Metadata `json:"metadata,omitempty"`
	Error    *failure  `json:"error,omitempty"`
}

type failure struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

const (
	codeNoPod          = "no-pod"
	codeUnavailable    = "unavailable"
	codeBadRequest     = "bad-request"
	codeTooLarge       = "too-large"
	codeUnknownVersion = "unknown-version"
	codeUnknownKind    = "unknown-kind"
)

func fail(code, format string, args ...any) *failure {
	return &failure{Code: code, Message: fmt.Sprintf(format, args...)}
}

// err is what the reply means to the client.
func (r reply) err() error {
	switch {
	case r.Version != version:
		return fmt.Errorf("%w: it speaks version %d of the protocol, not %d; plugins and chainsawd must be of one release", ErrUnavailable, r.Version, version)
	case r.Error == nil:
		return nil
	}
	sentinel := ErrUnavailable
	if r.Error.Code == codeNoPod {
		sentinel = ErrNoPod
	}
	message := strings.TrimPrefix(r.Error.Message, sentinel.Error()+": ")
	if message == sentinel.Error() {
		return sentinel
	}
	return fmt.Errorf("%w: %.512s", sentinel, message)
}
