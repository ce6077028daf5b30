package main

import (
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chainsaw-cni/chainsaw/shared/apihelper"
)

// What a real API server answers is tested in e2e/lookup. Here are servers that
// are none, or have been taken over.
func TestLookupOnHostileServers(t *testing.T) {
	const status = `{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"NotFound","code":404,` +
		`"details":{"name":"web-0","kind":"pods"}}`
	for name, test := range map[string]struct {
		serve      http.HandlerFunc
		code, says string
	}{
		"no such pod":              {answer(http.StatusNotFound, status), apihelper.CodeNoPod, "no such pod"},
		"a 404 that is no Status":  {answer(http.StatusNotFound, "404 page not found"), apihelper.CodeUnavailable, "of no use"},
		"a 404 of some other JSON": {answer(http.StatusNotFound, `{"reason":"NotFound"}`), apihelper.CodeUnavailable, "of no use"},
		"a redirect":               {redirect, apihelper.CodeUnavailable, "of no use"},
		"what is no metadata":      {answer(http.StatusOK, `{"uid":"u"}`), apihelper.CodeUnavailable, "of no use"},
		"what is no JSON":          {answer(http.StatusOK, "hello"), apihelper.CodeUnavailable, "of no use"},
		"an endless answer":        {flood, apihelper.CodeUnavailable, "of no use"},
		"a fault of its own":       {answer(http.StatusInternalServerError, "etcd is away"), apihelper.CodeUnavailable, "of no use"},
	} {
		t.Run(name, func(t *testing.T) {
			got := askServer(t, test.serve)
			if got.Error == nil || got.Error.Code != test.code || !strings.Contains(got.Error.Message, test.says) {
				t.Errorf("got %+v, want %s with %q", got.Error, test.code, test.says)
			}
		})
	}
}

func answer(code int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(code)
		fmt.Fprint(w, body)
	}
}

// redirect would answer behind the redirect, if it were followed.
func redirect(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/elsewhere" {
		answer(http.StatusOK, `{"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/v1","metadata":{"uid":"u"}}`)(w, r)
		return
	}
	http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
}

func flood(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	fmt.Fprint(w, `{"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/v1","metadata":{"uid":"`)
	for chunk := strings.Repeat("x", 1<<16); ; {
		if _, err := fmt.Fprint(w, chunk); err != nil {
			return
		}
	}
}

// askServer runs the whole helper against the server.
func askServer(t *testing.T, handler http.Handler) (got apihelper.Answer) {
	t.Helper()
	server := httptest.NewTLSServer(handler)
	t.Cleanup(server.Close)
	path := writeKubeconfig(t, "https://192.0.2.1:6443", server.URL)
	ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	write(t, filepath.Join(filepath.Dir(path), "ca.crt"), string(ca), 0o644)

	var stdout, stderr strings.Builder
	code := run([]string{"--kubeconfig=" + path, "--namespace=default", "--name=web-0"}, &stdout, &stderr)
	if err := json.Unmarshal([]byte(stdout.String()), &got); err != nil {
		t.Fatalf("it says %.200q: %v", stdout.String(), err)
	}
	if (code == 0) != (got.Error == nil) || stderr.Len() > 0 {
		t.Errorf("exit code %d with %+v, and %q on stderr", code, got.Error, stderr.String())
	}
	return got
}

func TestRunRefusesArguments(t *testing.T) {
	for name, args := range map[string][]string{
		"none":              {},
		"no name":           {"--kubeconfig=/x", "--namespace=default"},
		"no kubeconfig":     {"--namespace=default", "--name=web-0"},
		"a path as name":    {"--kubeconfig=/x", "--namespace=default", "--name=../../secrets/x"},
		"a path as space":   {"--kubeconfig=/x", "--namespace=default/secrets", "--name=x"},
		"something else":    {"--kubeconfig=/x", "--namespace=default", "--name=x", "--as=admin"},
		"one word too many": {"--kubeconfig=/x", "--namespace=default", "--name=x", "y"},
	} {
		t.Run(name, func(t *testing.T) {
			var stdout, stderr strings.Builder
			if code := run(args, &stdout, &stderr); code != 2 || stdout.Len() > 0 || stderr.Len() == 0 {
				t.Errorf("exit code %d, stdout %q, stderr %q", code, stdout.String(), stderr.String())
			}
		})
	}
}
