package daemon

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/chainsaw-cni/chainsaw/shared/pod"
	"github.com/chainsaw-cni/chainsaw/shared/report"
	"github.com/chainsaw-cni/chainsaw/shared/rootowned"
)

// Client talks to the chainsawd that listens at Path.
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
	ctx, cancel := context.WithTimeout(ctx, cmp.Or(c.patience, Timeout))
	defer cancel()
	conn, err := c.dial(ctx)
	if err != nil {
		return reply{}, err
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })()

	answer, err := talk(conn, message)
	switch {
	case err == nil:
		return answer, answer.err()
	case ctx.Err() != nil:
		return reply{}, fmt.Errorf("%w: no answer in time: %w", ErrAway, context.Cause(ctx))
	}
	return reply{}, fmt.Errorf("%w: %w", ErrUnavailable, err)
}

// dial refuses to send a word to a socket that anybody but root could have put there.
func (c Client) dial(ctx context.Context) (*net.UnixConn, error) {
	if err := checkSocket(c.Path); err != nil {
		return nil, err
	}
	conn, err := new(net.Dialer).DialUnix(ctx, "unix", nil, &net.UnixAddr{Name: c.Path, Net: "unix"})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrAway, err)
	}
	if err := checkPeer(conn); err != nil {
		conn.Close()
		return nil, err
	}
	return conn, nil
}

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
func talk(conn *net.UnixConn, message []byte) (reply, error) {
	_, writeErr := conn.Write(message)
	if writeErr == nil {
		writeErr = conn.CloseWrite()
	}
	var answer reply
	err := json.NewDecoder(io.LimitReader(conn, maxReply)).Decode(&answer)
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
