package daemon

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/chainsaw-cni/chainsaw/shared/report"
)

// peer is one end of a connection. The context ends with the test.
type peer func(context.Context, net.Conn)

// impostor listens at a fresh path and handles one connection.
func impostor(t *testing.T, handle peer) Client {
	t.Helper()
	path := socket(t)
	listener, err := Listen(path)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		handle(t.Context(), conn)
	}()
	t.Cleanup(func() { listener.Close(); <-done })
	return Client{Path: path}
}

// says answers a request with these bytes.
func says(answer string) peer {
	return func(_ context.Context, conn net.Conn) {
		io.Copy(io.Discard, conn)
		io.WriteString(conn, answer)
	}
}

func TestClientWithstandsAServer(t *testing.T) {
	for name, test := range map[string]struct {
		handle peer
		want   error
		says   string
	}{
		"that hangs up":                {func(context.Context, net.Conn) {}, ErrUnavailable, ""},
		"that says nothing":            {says(""), ErrUnavailable, "hung up"},
		"that stops in the middle":     {says(`{"version":1,"metadata":{"uid":"`), ErrUnavailable, "hung up"},
		"that talks garbage":           {says("HTTP/1.1 400 Bad Request\r\n"), ErrUnavailable, "invalid character"},
		"that answers another type":    {says(`{"version":"1"}`), ErrUnavailable, ""},
		"of another version":           {says(`{"version":2,"metadata":{"uid":"x"}}`), ErrUnavailable, "of one release"},
		"that forgets the metadata":    {says(`{"version":1}`), ErrUnavailable, "no metadata"},
		"with a code not known here":   {says(`{"version":1,"error":{"code":"new","message":"m"}}`), ErrUnavailable, ": m"},
		"with a very long message":     {says(`{"version":1,"error":{"code":"x","message":"` + strings.Repeat("m", 1<<20) + `"}}`), ErrUnavailable, "mmm"},
		"that never stops":             {endless, ErrUnavailable, ""},
		"that reads but never answers": {func(ctx context.Context, c net.Conn) { io.Copy(io.Discard, c); hang(ctx, c) }, ErrAway, "in time"},
		"that never reads":             {hang, ErrAway, "in time"},
		"that drips":                   {drip, ErrAway, "in time"},
	} {
		t.Run(name, func(t *testing.T) {
			client := impostor(t, test.handle)
			if !errors.Is(test.want, ErrAway) {
				client.patience = time.Minute
			}
			began := time.Now()
			_, err := client.Metadata(t.Context(), web)
			if !errors.Is(err, test.want) || !strings.Contains(err.Error(), test.says) || len(err.Error()) > 1000 {
				t.Errorf("got %.1000v; want %v and %q", err, test.want, test.says)
			}
			if took := time.Since(began); errors.Is(test.want, ErrAway) && took > time.Minute/2 {
				t.Errorf("it took %v", took)
			}
		})
	}
}

// hang keeps the connection and does nothing with it.
func hang(ctx context.Context, _ net.Conn) { <-ctx.Done() }

// drip sends a byte before any single read could run into a deadline.
func drip(ctx context.Context, conn net.Conn) {
	io.WriteString(conn, `{"version":1,"metadata":{"uid":"`)
	tick := time.NewTicker(Timeout / 20)
	defer tick.Stop()
	for ctx.Err() == nil {
		<-tick.C
		if _, err := io.WriteString(conn, "x"); err != nil {
			return
		}
	}
}

func endless(_ context.Context, conn net.Conn) {
	blanks := bytes.Repeat([]byte(" "), 64<<10)
	for {
		if _, err := conn.Write(blanks); err != nil {
			return
		}
	}
}

func TestClientReportToAServerThatNeverReads(t *testing.T) {
	r := report.New("chainsaw")
	r.Note = strings.Repeat("x", 4<<20) // more than the socket's buffers hold
	if err := impostor(t, hang).Report(t.Context(), r); !errors.Is(err, ErrAway) {
		t.Errorf("got %v, want ErrAway", err)
	}
}

func TestClientHeedsAShorterContext(t *testing.T) {
	client := impostor(t, hang)
	client.patience = time.Hour
	ctx, cancel := context.WithTimeout(t.Context(), Timeout/10)
	defer cancel()
	began := time.Now()
	_, err := client.Metadata(ctx, web)
	if !errors.Is(err, ErrAway) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want ErrAway and DeadlineExceeded", err)
	}
	if took := time.Since(began); took > time.Minute {
		t.Errorf("it took %v", took)
	}
}

func TestClientFindsNobody(t *testing.T) {
	t.Run("no folder", func(t *testing.T) {
		if _, err := (Client{Path: socket(t) + "/x/y"}).Metadata(t.Context(), web); !errors.Is(err, ErrAway) {
			t.Errorf("got %v, want ErrAway", err)
		}
	})
	t.Run("a socket whose owner has gone", func(t *testing.T) {
		path := socket(t)
		listener, err := Listen(path)
		if err != nil {
			t.Fatal(err)
		}
		listener.Close()
		if _, err := (Client{Path: path}).Metadata(t.Context(), web); !errors.Is(err, ErrAway) {
			t.Errorf("got %v, want ErrAway", err)
		}
	})
}

func TestClientRefusesPlacesThatAreNotRoots(t *testing.T) {
	for name, spoil := range map[string]func(path string) error{
		"a folder that others may write": func(path string) error { return os.Chmod(filepath.Dir(path), 0o777) },
		"a folder of another uid":        func(path string) error { return os.Chown(filepath.Dir(path), 12345, 0) },
		"a socket of another uid":        func(path string) error { return os.Chown(path, 12345, 0) },
		"a file": func(path string) error {
			return errors.Join(os.Remove(path), os.WriteFile(path, nil, 0o600))
		},
		"a FIFO": func(path string) error {
			return errors.Join(os.Remove(path), unix.Mkfifo(path, 0o600))
		},
		"a symlink": func(path string) error {
			return errors.Join(os.Rename(path, path+"x"), os.Symlink(path+"x", path))
		},
	} {
		t.Run(name, func(t *testing.T) {
			client := start(t, &chainsawd{})
			if err := spoil(client.Path); errors.Is(err, unix.EINVAL) || errors.Is(err, unix.EPERM) {
				t.Skipf("this user namespace has no second uid: %v", err)
			} else if err != nil {
				t.Fatal(err)
			}
			if _, err := client.Metadata(t.Context(), web); !errors.Is(err, ErrUntrusted) {
				t.Errorf("got %v, want ErrUntrusted", err)
			}
		})
	}
}

// raw sends bytes as they are and returns what comes back.
func raw(t *testing.T, path, message string) string {
	t.Helper()
	conn, err := net.DialUnix("unix", nil, &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	io.WriteString(conn, message)
	conn.CloseWrite()
	answer, _ := io.ReadAll(conn)
	return string(answer)
}

func TestServerWithstandsAClient(t *testing.T) {
	daemon := &chainsawd{}
	client := start(t, daemon)
	for name, test := range map[string]struct{ message, code string }{
		"that says nothing":          {"", codeBadRequest},
		"that talks garbage":         {"GET / HTTP/1.0\r\n\r\n", codeBadRequest},
		"that stops in the middle":   {`{"version":1,"kind":"meta`, codeBadRequest},
		"that asks twice":            {`{"version":1}{"version":1}`, codeBadRequest},
		"of another version":         {`{"version":2,"kind":"metadata","pod":7}`, codeUnknownVersion},
		"without a version":          {`{"kind":"metadata"}`, codeUnknownVersion},
		"of another kind":            {`{"version":1,"kind":"exec"}`, codeUnknownKind},
		"that names no pod":          {`{"version":1,"kind":"metadata"}`, codeBadRequest},
		"that names a path":          {`{"version":1,"kind":"metadata","pod":{"namespace":"a","name":"../b"}}`, codeBadRequest},
		"with another type":          {`{"version":1,"kind":"metadata","pod":7}`, codeBadRequest},
		"that brings no report":      {`{"version":1,"kind":"report"}`, codeBadRequest},
		"with another report":        {`{"version":1,"kind":"report","report":{"version":9}}`, codeBadRequest},
		"with a long look-up":        {`{"version":1,"kind":"metadata","x":"` + strings.Repeat("x", maxLookup) + `"}`, codeTooLarge},
		"with a request of any size": {strings.Repeat(" ", maxRequest+1), codeTooLarge},
		"with deep nesting":          {strings.Repeat("[", 1<<20), codeBadRequest},
	} {
		t.Run(name, func(t *testing.T) {
			var answer reply
			text := raw(t, client.Path, test.message)
			if err := json.Unmarshal([]byte(text), &answer); err != nil {
				t.Fatalf("%v in %.200q", err, text)
			}
			if answer.Version != version || answer.Error == nil || answer.Error.Code != test.code {
				t.Errorf("got %.300s, want code %s", text, test.code)
			}
		})
	}
	if len(daemon.reports) != 0 {
		t.Errorf("%d reports were taken", len(daemon.reports))
	}
}

func TestServerIsNotHeldUpByStallingClients(t *testing.T) {
	client := start(t, &chainsawd{})
	for range atOnce - 1 {
		conn, err := net.Dial("unix", client.Path)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		io.WriteString(conn, `{"version":1,`)
	}
	if err := client.Report(t.Context(), report.New("chainsaw")); err != nil {
		t.Error(err)
	}
}

func TestServerHangsUpOnStallingClient(t *testing.T) {
	client := start(t, &chainsawd{})
	conn, err := net.Dial("unix", client.Path)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(4 * serverTimeout))
	if answer, err := io.ReadAll(conn); err != nil || len(answer) != 0 {
		t.Errorf("got %q, %v; want the connection closed", answer, err)
	}
}

// holding keeps every large report in hand until it is let go.
type holding struct {
	chainsawd

	held  chan struct{}
	letGo chan struct{}
}

func (h *holding) Report(_ context.Context, r report.Report) error {
	if len(r.Note) > largeRequest {
		h.held <- struct{}{}
		<-h.letGo
	}
	return nil
}

func TestServerHasFewLargeReportsInHand(t *testing.T) {
	handler := &holding{held: make(chan struct{}), letGo: make(chan struct{})}
	client := start(t, handler)
	large := report.New("chainsaw")
	large.Note = strings.Repeat("x", 2*largeRequest)
	var running sync.WaitGroup
	for range largeAtOnce {
		running.Go(func() { _ = client.Report(t.Context(), large) })
		<-handler.held
	}
	if err := client.Report(t.Context(), large); !errors.Is(err, ErrUnavailable) || !strings.Contains(err.Error(), "large") {
		t.Errorf("one more got %v", err)
	}
	if err := client.Report(t.Context(), report.New("chainsaw")); err != nil {
		t.Errorf("a small one got %v", err)
	}
	close(handler.letGo)
	running.Wait()
	go func() { <-handler.held }()
	if err := client.Report(t.Context(), large); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

func FuzzRespond(f *testing.F) {
	f.Add([]byte(`{"version":1,"kind":"metadata","pod":{"namespace":"default","name":"web-0"}}`))
	f.Add([]byte(`{"version":1,"kind":"report","report":{"version":1,"commands":[{"text":"x"}]}}`))
	f.Add([]byte(`{"version":9,"kind":7}`))
	f.Fuzz(func(t *testing.T, message []byte) {
		daemon := &chainsawd{pods: map[string]Metadata{web.String(): {UID: "u"}}}
		answer := respond(t.Context(), message, daemon)
		if answer.Version != version || answer.Metadata != nil && answer.Error != nil {
			t.Errorf("%+v", answer)
		}
		if len(daemon.reports) > 0 && answer.Error != nil {
			t.Errorf("a report was taken and refused: %+v", answer.Error)
		}
	})
}
