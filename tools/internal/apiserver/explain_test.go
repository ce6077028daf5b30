package apiserver

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

func TestExplain(t *testing.T) {
	advice := Advice{Unauthorized: "a stranger: introduce them", Forbidden: "they may not: marry"}
	web := schema.GroupResource{Resource: "pods"}
	for name, test := range map[string]struct {
		err  error
		says string
	}{
		"a token that is refused": {apierrors.NewUnauthorized("x"), "does not accept a stranger"},
		"a right that is lacking": {apierrors.NewForbidden(web, "web", errors.New("no RBAC")), "they may not: marry (pods \"web\" is forbidden: no RBAC)"},
		"a server that is busy":   {apierrors.NewTooManyRequests("x", 1), "too much to do"},
		"no answer":               {&url.Error{Op: "Get", Err: context.DeadlineExceeded}, "did not answer in time"},
		"no server":               {&url.Error{Op: "Get", URL: "https://192.0.2.1/long", Err: errors.New("connection refused")}, "cannot be reached: connection refused"},
		"no token":                {&url.Error{Op: "Get", Err: fmt.Errorf("token: %w", os.ErrNotExist)}, "token: file does not exist"},
		"anything else":           {apierrors.NewInternalError(errors.New("etcd")), "is of no use"},
	} {
		t.Run(name, func(t *testing.T) {
			got := advice.Explain(test.err)
			if !strings.Contains(got.Error(), test.says) || strings.Contains(got.Error(), "https://") || !errors.Is(got, test.err) {
				t.Errorf("got %v, want %q", got, test.says)
			}
		})
	}
	if advice.Explain(nil) != nil {
		t.Error("nothing is an error")
	}
}
