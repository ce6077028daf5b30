package kubeapi_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/metadata"

	"github.com/chainsaw-cni/chainsaw/tools/chainsawd/internal/kubeapi"
	"github.com/chainsaw-cni/chainsaw/tools/chainsawd/internal/kubeapi/kubeapitest"
)

var pods = schema.GroupVersionResource{Version: "v1", Resource: "pods"}

// get asks for a pod once.
func get(t *testing.T, connection *kubeapi.Connection) error {
	t.Helper()
	client, err := metadata.NewForConfigAndClient(connection.Client(-1, 0))
	if err != nil {
		t.Fatal(err)
	}
	_, err = client.Resource(pods).Namespace("default").Get(t.Context(), "web", metav1.GetOptions{})
	return err
}

func TestInPod(t *testing.T) {
	t.Setenv("KUBERNETES_SERVICE_HOST", "2001:db8::1")
	t.Setenv("KUBERNETES_SERVICE_PORT", "443")
	got, err := kubeapi.InPod()
	if err != nil || got.Server != "https://[2001:db8::1]:443" || got.TokenFile() != "/var/run/secrets/kubernetes.io/serviceaccount/token" {
		t.Errorf("got %+v, %v", got, err)
	}
	t.Setenv("KUBERNETES_SERVICE_PORT", "")
	if _, err := kubeapi.InPod(); !errors.Is(err, kubeapi.ErrNotInPod) {
		t.Errorf("got %v, want ErrNotInPod", err)
	}
}

func TestConnectNeedsNoServer(t *testing.T) {
	server := kubeapitest.Start(t)
	server.Down()
	connection := server.Connect()
	if err := get(t, connection); err == nil {
		t.Error("a server that is down answers")
	}
	server.Up()
	server.Put(kubeapitest.Pod{Namespace: "default", Name: "web"})
	if err := get(t, connection); err != nil {
		t.Error(err)
	}
}

func TestConnectNeedsTheCA(t *testing.T) {
	account := kubeapi.Account{Server: "https://192.0.2.1", Folder: t.TempDir()}
	if _, err := kubeapi.Connect(account, nil); err == nil || !strings.Contains(err.Error(), account.CAFile()) {
		t.Errorf("got %v, want an error that names %s", err, account.CAFile())
	}
}

func TestRenewedTokenIsUsedAfterARefusal(t *testing.T) {
	server := kubeapitest.Start(t)
	server.Put(kubeapitest.Pod{Namespace: "default", Name: "web"})
	connection := server.Connect()
	if err := get(t, connection); err != nil {
		t.Fatal(err)
	}
	server.Set(kubeapitest.Faults{Token: "second"})
	server.Renew("second")
	if err := get(t, connection); !apierrors.IsUnauthorized(err) {
		t.Errorf("with the old token: %v", err)
	}
	if err := get(t, connection); err != nil {
		t.Errorf("with the new one: %v", err)
	}
}

func TestTokenIsNotSentAfterARedirect(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("%s gets %q", r.URL, r.Header.Get("Authorization"))
	}))
	defer elsewhere.Close()
	server := kubeapitest.Start(t)
	server.Set(kubeapitest.Faults{Redirect: elsewhere.URL})
	if err := get(t, server.Connect()); err == nil {
		t.Error("a redirect is no answer")
	}
}

func TestRequestsAreTold(t *testing.T) {
	server := kubeapitest.Start(t)
	connection := server.Connect()
	_ = get(t, connection)
	if server.Requests("get 404") != 1 {
		t.Error("the GET was not told")
	}
	server.Down()
	_ = get(t, connection)
	if server.Requests("get none") == 0 {
		t.Error("the GET without an answer was not told")
	}
}

func TestExplainSaysWhatToDo(t *testing.T) {
	for says, err := range map[string]error{
		"does not accept chainsawd's token": apierrors.NewUnauthorized("x"),
		"bind the role":                     apierrors.NewForbidden(schema.GroupResource{Resource: "pods"}, "web", nil),
	} {
		if got := kubeapi.Explain(err); !strings.Contains(got.Error(), says) {
			t.Errorf("got %v, want %q", got, says)
		}
	}
}
