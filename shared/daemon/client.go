package daemon

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/chainsaw-cni/chainsaw/shared/pod"
	"github.com/chainsaw-cni/chainsaw/shared/report"
	"github.com/chainsaw-cni/chainsaw/shared/rootowned"
)

// Client talks to the chainsawd that listens at Path. Of a context it heeds the
// deadline; to be cancelled is not worth a thread for half a second at most.
type Client struct {
	Path string

	patience time.Duration // Timeout; tests may have more
}

// Metadata asks for a pod. Whether it is the pod that was meant (its UID) is for
// the caller to decide.
func (c Client) Metadata(ctx context.Context, ref pod.Ref) (Metadata, error) {
	answer, err := c.exchange(ctx, lookup{Version: version, Kind: kindMetadata, Pod: ref})
	if err != nil {
		return Metadata{}, fmt.Errorf("asking chainsawd for pod %s: %w", ref, err)
	}
	if answer.Metadata == nil {
		return Metadata{}, fmt.Errorf("asking chainsawd for pod %s: %w: its reply has no metadata", ref, ErrUnavailable)
	}
	return *answer.Metadata, nil
}

// Report hands a report over. After an error it may have arrived nevertheless.
func (c Client) Report(ctx context.Context, r report.Report) error {
	if _, err := c.exchange(ctx, request{Version: version, Kind: kindReport, Report: &r}); err != nil {
		return fmt.Errorf("handing chainsawd a report: %w", err)
	}
	return nil
}

func (c Client) exchange(ctx context.Context, ask any) (reply, error) {
	message, err := json.Marshal(ask)
	if err != nil {
		return reply{}, err
	}
	if err := checkSocket(c.Path); err != nil {
		return reply{}, err
	}
	deadline := time.Now().Add(cmp.Or(c.patience, Timeout))
	if sooner, ok := ctx.Deadline(); ok && sooner.Before(deadline) {
		deadline = sooner
	}
	answer, err := converse(c.Path, deadline, message)
	if errors.Is(err, context.DeadlineExceeded) {
		return reply{}, fmt.Errorf("%w: no answer in time: %w", ErrAway, context.DeadlineExceeded)
	}
	if err != nil {
		return reply{}, err
	}
	return answer, answer.err()
}

func converse(path string, deadline time.Time, message []byte) (reply, error) {
	server, err := dial(path, deadline)
	if err != nil {
		return reply{}, fmt.Errorf("%w: %w", ErrAway, err)
	}
	defer server.Close()
	if err := checkPeer(server.fd); err != nil {
		return reply{}, err
	}
	answer, err := talk(server, message)
	if err != nil {
		return reply{}, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	return answer, nil
}

// checkSocket refuses to say a word to a socket that anybody but root could
// have put there.
func checkSocket(path string) error {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w: %w", ErrAway, err)
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrUntrusted, err)
	}
	if err := rootowned.Dir(filepath.Dir(path)); err != nil {
		return fmt.Errorf("%w: %w", ErrUntrusted, err)
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok || info.Mode().Type() != fs.ModeSocket || !trusted(stat.Uid) {
		return fmt.Errorf("%w: %s (%s) is no socket of root's", ErrUntrusted, path, info.Mode())
	}
	return nil
}

var errHungUp = errors.New("it hung up before its reply was complete")

// talk sends the request and reads the reply. A server that refuses a request
// replies before it has read all of it, so a reply counts even if writing failed.
func talk(server *conn, message []byte) (reply, error) {
	_, writeErr := server.Write(message)
	if writeErr == nil {
		writeErr = server.CloseWrite()
	}
	var answer reply
	err := json.NewDecoder(io.LimitReader(server, maxReply)).Decode(&answer)
	switch {
	case err == nil:
		return answer, nil
	case writeErr != nil:
		return reply{}, writeErr
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
		return reply{}, errHungUp
	}
	return reply{}, fmt.Errorf("reading its reply: %w", err)
}
