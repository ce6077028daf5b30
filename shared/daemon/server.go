package daemon

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"

	"github.com/chainsaw-cni/chainsaw/shared/pod"
	"github.com/chainsaw-cni/chainsaw/shared/report"
)

// Handler is the daemon behind the socket. Its methods are called concurrently,
// with a context that ends when nobody waits for the answer any more.
type Handler interface {
	// Metadata returns ErrNoPod (wrapped or not) if there surely is no such pod;
	// any other error means that it cannot be told for now.
	Metadata(ctx context.Context, ref pod.Ref) (Metadata, error)
	// Report takes a report over. It may get one twice; the ID is the same then.
	Report(ctx context.Context, r report.Report) error
}

const (
	// atOnce bounds the exchanges that are served at a time. More wait in the
	// socket's backlog, where they cost no memory of ours.
	atOnce = 64
	// Of requests that are larger than what most reports have, fewer are held:
	// several megabytes each, and as much again to read them.
	largeRequest = 64 << 10
	largeAtOnce  = 4
	// largePatience leaves time for the answer.
	largePatience = Timeout / 5
	// serverTimeout is longer than any client waits, so that a client's own
	// clock decides and a peer that stalls does not hold its place for long.
	serverTimeout = 2 * Timeout
)

// Serve answers until ctx is done or the listener fails. It returns when the
// exchanges under way have ended, so that none is torn; no error after ctx.
func Serve(ctx context.Context, listener *net.UnixListener, handler Handler) error {
	defer context.AfterFunc(ctx, func() { listener.Close() })()
	var underWay sync.WaitGroup
	defer underWay.Wait()
	s := server{handler: handler, large: make(chan struct{}, largeAtOnce)}
	places := make(chan struct{}, atOnce)
	for {
		places <- struct{}{}
		conn, err := listener.AcceptUnix()
		if ctx.Err() != nil { // the listener was closed on purpose
			return nil
		}
		if err != nil {
			return fmt.Errorf("accepting on chainsawd's socket: %w", err)
		}
		underWay.Go(func() {
			defer func() { <-places }()
			s.serve(context.WithoutCancel(ctx), conn)
		})
	}
}

// server is what the exchanges share.
type server struct {
	handler Handler
	large   chan struct{} // who has put something in may hold a large request
}

// serve answers one connection. A peer that is not root learns nothing, not even why.
func (s server) serve(ctx context.Context, conn *net.UnixConn) {
	defer conn.Close()
	ctx, cancel := context.WithTimeout(ctx, serverTimeout)
	defer cancel()
	deadline, _ := ctx.Deadline()
	if conn.SetDeadline(deadline) != nil || checkClient(conn) != nil {
		return
	}
	answer, err := s.answer(ctx, conn)
	if err != nil {
		return
	}
	text, err := json.Marshal(answer)
	if err != nil {
		return
	}
	// A client that has gone needs no answer.
	_ = conn.SetWriteDeadline(time.Now().Add(Timeout))
	_, _ = conn.Write(text)
}

// answer reads the request and has it answered. The error is one of the connection.
func (s server) answer(ctx context.Context, conn io.Reader) (reply, error) {
	message, err := io.ReadAll(io.LimitReader(conn, largeRequest))
	if err != nil {
		return reply{}, err
	}
	if len(message) == largeRequest { // or larger
		select {
		case s.large <- struct{}{}:
			defer func() { <-s.large }()
		case <-time.After(largePatience):
			return reply{Version: version, Error: fail(codeUnavailable, "too many large requests at once")}, nil
		}
		rest, err := io.ReadAll(io.LimitReader(conn, maxRequest+1-largeRequest))
		if err != nil {
			return reply{}, err
		}
		message = append(message, rest...)
	}
	return respond(ctx, message, s.handler), nil
}

func checkClient(conn *net.UnixConn) error {
	raw, err := conn.SyscallConn()
	if err != nil {
		return err
	}
	controlErr := raw.Control(func(fd uintptr) { err = checkPeer(int(fd)) })
	return errors.Join(controlErr, err)
}

func respond(ctx context.Context, message []byte, handler Handler) reply {
	ask, failed := decode(message)
	switch {
	case failed != nil:
		return reply{Version: version, Error: failed}
	case ask.Kind == kindMetadata:
		return lookUp(ctx, *ask.Pod, handler)
	}
	return reply{Version: version, Error: outcome(handler.Report(ctx, *ask.Report))}
}

// decode lets an unknown version or kind go before fields of a wrong type, on
// which encoding/json reads on: what they mean elsewhere is not ours to guess.
func decode(message []byte) (ask request, failed *failure) {
	if len(message) > maxRequest {
		return ask, fail(codeTooLarge, "a request has %d bytes at most", maxRequest)
	}
	err := json.Unmarshal(message, &ask)
	var wrongType *json.UnmarshalTypeError
	switch {
	case err != nil && !errors.As(err, &wrongType):
		return ask, fail(codeBadRequest, "the request is not a JSON object: %v", err)
	case ask.Version != version:
		return ask, fail(codeUnknownVersion, "version %d is not spoken here, %d is", ask.Version, version)
	case ask.Kind != kindMetadata && ask.Kind != kindReport:
		return ask, fail(codeUnknownKind, "%.64q is no kind of request", ask.Kind)
	case ask.Kind == kindMetadata && len(message) > maxLookup:
		return ask, fail(codeTooLarge, "a look-up has %d bytes at most", maxLookup)
	case err == nil:
		err = complete(ask)
	}
	if err != nil {
		return ask, fail(codeBadRequest, "the request cannot be read: %v", err)
	}
	return ask, nil
}

func complete(ask request) error {
	switch {
	case ask.Kind == kindMetadata && ask.Pod == nil:
		return errors.New("it names no pod")
	case ask.Kind == kindMetadata:
		return ask.Pod.Check()
	case ask.Report == nil:
		return errors.New("it has no report")
	case ask.Report.Version != report.Version:
		return fmt.Errorf("its report is of version %d, not %d", ask.Report.Version, report.Version)
	}
	return nil
}

func lookUp(ctx context.Context, ref pod.Ref, handler Handler) reply {
	metadata, err := handler.Metadata(ctx, ref)
	if err != nil {
		return reply{Version: version, Error: outcome(err)}
	}
	metadata.Annotations = pod.OurAnnotations(metadata.Annotations)
	return reply{Version: version, Metadata: &metadata}
}

func outcome(err error) *failure {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, ErrNoPod):
		return fail(codeNoPod, "%v", err)
	}
	return fail(codeUnavailable, "%v", err)
}
