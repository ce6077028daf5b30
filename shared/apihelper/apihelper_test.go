package apihelper

import (
	"context"
	"errors"
	"io"
	"maps"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/chainsaw-cni/chainsaw/shared/daemon"
	"github.com/chainsaw-cni/chainsaw/shared/pod"
)

var web = pod.Ref{Namespace: "default", Name: "web-0", UID: "6f1c"}

func ask(behaviour string) (daemon.Metadata, error) {
	return Ask(context.Background(), "/proc/self/exe", behaviour, web)
}

func TestHelperGetsItsArgumentsAndNothingElse(t *testing.T) {
	t.Setenv("HTTPS_PROXY", "http://proxy.example")
	got, err := ask("describe")
	want := map[string]string{
		"args":        "--namespace=default --name=web-0",
		"environment": "",
		"folder":      "/",
		"input":       "<nil>",
		"own group":   "true",
	}
	if err != nil || !maps.Equal(got.Annotations, want) {
		t.Errorf("the helper got %q, %v; want %q", got.Annotations, err, want)
	}
}

func TestAsk(t *testing.T) {
	for name, test := range map[string]struct {
		behaviour string
		uid       string
		is        error
		says      string
	}{
		"a pod":                         {behaviour: `say:{"uid":"u"}`, uid: "u"},
		"the largest annotations":       {behaviour: "largest", uid: "u"},
		"no such pod":                   {behaviour: `fail:{"uid":"","error":{"code":"no-pod","message":"none"}}`, is: daemon.ErrNoPod},
		"why there is none":             {behaviour: `fail:{"error":{"code":"kubeconfig","message":"the token is old"}}`, says: "the token is old"},
		"a message that steers":         {behaviour: `fail:{"error":{"code":"unavailable","message":"a\n\u001b[2Jb\u202ec"}}`, says: "a  [2Jb c"},
		"an error with a pod beside it": {behaviour: `fail:{"uid":"u","error":{"code":"unavailable","message":"away"}}`, says: "away"},
		"a pod without a UID":           {behaviour: `say:{"annotations":{}}`, says: "without a UID"},
		"no JSON":                       {behaviour: "say:hello", says: "reading the answer"},
		"nothing":                       {behaviour: "say:", says: "reading the answer"},
		"a second object":               {behaviour: `say:{"uid":"u"}{"uid":"v"}`, says: "reading the answer"},
		"a crash":                       {behaviour: "crash:panic: oh\ngoroutine 1", says: "exit status 2: panic: oh"},
		"an answer that is too long":    {behaviour: "flood", says: "reading the answer"},
		"a crash that is too long":      {behaviour: "rave", says: "exit status 2: oh oh"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := ask(test.behaviour)
			switch {
			case got.UID != test.uid || (err == nil) != (test.uid != ""):
				t.Errorf("got %.200v, %v", got, err)
			case test.is != nil && !errors.Is(err, test.is):
				t.Errorf("got %v, want %v", err, test.is)
			case err != nil && (!strings.Contains(err.Error(), test.says) || strings.ContainsAny(err.Error(), "\n\x1b")):
				t.Errorf("got %q, want one line with %q", err, test.says)
			}
		})
	}
}

func TestBoundedKeepsTheBeginning(t *testing.T) {
	b := bounded{left: 5}
	for _, part := range []string{"abc", "def", "ghi"} {
		if n, err := io.Copy(&b, strings.NewReader(part)); n != 3 || err != nil {
			t.Fatalf("writing %q: %d, %v; the writer must not notice", part, n, err)
		}
	}
	if got := b.kept.String(); got != "abcde" {
		t.Errorf("kept %q", got)
	}
}

func TestLongMessageIsCut(t *testing.T) {
	_, err := ask(`fail:{"error":{"code":"unavailable","message":"` + strings.Repeat("é", 1000) + `"}}`)
	if got := err.Error(); len(got) != maxMessage || got != strings.Repeat("é", maxMessage/2) {
		t.Errorf("got %d bytes: %q", len(got), got)
	}
}

func TestDescendantWithThePipeDoesNotHoldTheAnswerBack(t *testing.T) {
	begin := time.Now()
	_, err := ask("fork")
	if took := time.Since(begin); took > Timeout/2 {
		t.Errorf("took %v", took)
	}
	if !errors.Is(err, exec.ErrWaitDelay) {
		t.Errorf("got %v, want %v", err, exec.ErrWaitDelay)
	}
}

func TestHangingHelperDies(t *testing.T) {
	t.Run("at the deadline", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		fifo := fifo(t)
		outcome := make(chan error, 1)
		go func() {
			_, err := Ask(ctx, "/proc/self/exe", "hang:"+fifo, web)
			outcome <- err
		}()
		helper := helperOf(t, fifo)
		cancel()
		awaitEnd(t, helper)
		if err := <-outcome; !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "did not answer in time") {
			t.Errorf("got %v", err)
		}
	})
	t.Run("with the plugin", func(t *testing.T) {
		fifo := fifo(t)
		plugin := exec.CommandContext(t.Context(), "/proc/self/exe", "ask", "hang:"+fifo)
		if err := plugin.Start(); err != nil {
			t.Fatal(err)
		}
		helper := helperOf(t, fifo)
		if err := plugin.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		awaitEnd(t, helper)
		_ = plugin.Wait()
	})
}

func fifo(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "fifo")
	if err := unix.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
