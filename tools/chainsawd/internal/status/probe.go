package status

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
)

// Probe asks the chainsawd whose status socket this is: for "readyz" or
// "healthz". It returns what was answered, and an error if the answer is no.
func Probe(ctx context.Context, socket, question string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	transport := &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", socket)
		},
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://chainsawd/"+question, nil)
	if err != nil {
		return "", err
	}
	response, err := transport.RoundTrip(request)
	if err != nil {
		return "", fmt.Errorf("asking chainsawd: %w", err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(io.LimitReader(response.Body, 64<<10))
	switch {
	case err != nil:
		return "", fmt.Errorf("reading chainsawd's answer: %w", err)
	case response.StatusCode != http.StatusOK:
		return "", errors.New(strings.TrimSpace(string(text)))
	}
	return string(text), nil
}
