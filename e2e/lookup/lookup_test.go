package lookup

import (
	"errors"
	"maps"
	"strings"
	"testing"
	"time"

	"k8s.io/client-go/tools/clientcmd/api"

	"github.com/chainsaw-cni/chainsaw/shared/apihelper"
	"github.com/chainsaw-cni/chainsaw/shared/daemon"
	"github.com/chainsaw-cni/chainsaw/shared/pod"
)

func TestLookup(t *testing.T) {
	in := install(t)
	t.Run("finds", func(t *testing.T) { testFinds(t, in) })
	t.Run("fails", func(t *testing.T) { testFails(t, in) })
	t.Run("refuses a kubeconfig", func(t *testing.T) { testRefuses(t, in) })
	t.Run("survives", func(t *testing.T) { testFaults(t, in) }) // last: they hurt the server
}

func testFinds(t *testing.T, in *installation) {
	kubeconfig := in.kubeconfig(t, nil)
	for name, annotations := range map[string]map[string]string{
		"a-pod-without-annotations": {},
		"commands":                  {pod.CommandsAnnotation: `["ip route"]`},
		"commands-of-200-kb":        {pod.CommandsAnnotation: `["` + strings.Repeat("<&>\"\n\x01é", 200<<10/8) + `"]`},
		"the-mirror-of-a-static-pod": {
			pod.CommandsAnnotation: `[]`, pod.MirrorAnnotation: "0c5b7a2b9b4dbde7d6e9a1f0b1c2d3e4",
		},
	} {
		t.Run(name, func(t *testing.T) {
			with := maps.Clone(annotations)
			with["example.com/secret"] = "nobody's business"
			created := in.pod(t, name, with)
			got, err := in.ask(t, kubeconfig, name)
			if err != nil || got.UID != string(created.UID) || !maps.Equal(got.Annotations, annotations) {
				t.Errorf("got %.100v, %v; want UID %s and %.100v", got, err, created.UID, annotations)
			}
		})
	}
}

func testFails(t *testing.T, in *installation) {
	in.pod(t, "web-0", nil)
	stranger := in.account(t, "stranger")
	for name, test := range map[string]struct {
		change func(folder string, config *api.Config)
		pod    string
		says   string
	}{
		"no such pod":    {nil, "web-1", "no such pod"},
		"a wrong token":  {func(_ string, c *api.Config) { c.AuthInfos["e2e"].Token = "made-up" }, "web-0", "(Unauthorized): renew"},
		"no credentials": {func(_ string, c *api.Config) { c.AuthInfos["e2e"].Token = "" }, "web-0", "(Unauthorized): renew"},
		"no right":       {func(_ string, c *api.Config) { c.AuthInfos["e2e"].Token = stranger }, "web-0", `grant it "get" on pods`},
		"another CA":     {func(_ string, c *api.Config) { c.Clusters["e2e"].CertificateAuthorityData = nil }, "web-0", "certificate signed by unknown authority"},
		"another port":   {func(_ string, c *api.Config) { c.Clusters["e2e"].Server = "https://127.0.0.1:1" }, "web-0", "connection refused"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := in.ask(t, in.kubeconfig(t, test.change), test.pod)
			if err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("got %v, %v; want an error with %q", got, err, test.says)
			}
			if errors.Is(err, daemon.ErrNoPod) != (name == "no such pod") {
				t.Errorf("errors.Is(%q, ErrNoPod) is wrong", err)
			}
		})
	}
	t.Run("a namespace without rights, which may not exist", func(t *testing.T) {
		_, err := apihelper.Ask(t.Context(), in.helper, in.kubeconfig(t, nil), pod.Ref{Namespace: "none", Name: "web-0"})
		if err == nil || errors.Is(err, daemon.ErrNoPod) {
			t.Errorf("got %v; who may not look cannot know", err)
		}
	})
}

func testFaults(t *testing.T, in *installation) {
	in.pod(t, "survivor", nil)
	kubeconfig := in.kubeconfig(t, nil)
	failing := func(says string, within time.Duration) {
		t.Helper()
		begin := time.Now()
		_, err := in.ask(t, kubeconfig, "survivor")
		if err == nil || errors.Is(err, daemon.ErrNoPod) || !strings.Contains(err.Error(), says) {
			t.Errorf("got %v, want an error with %q", err, says)
		}
		if took := time.Since(begin); took > within {
			t.Errorf("took %v, want %v at most", took, within)
		}
	}
	working := func() {
		t.Helper()
		if err := in.server.AwaitReady(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := in.ask(t, kubeconfig, "survivor"); err != nil {
			t.Error(err)
		}
	}
	t.Run("a server that hangs", func(t *testing.T) {
		if err := in.server.API.Freeze(); err != nil {
			t.Fatal(err)
		}
		failing("did not answer in time", apihelper.Timeout)
		if err := in.server.API.Thaw(); err != nil {
			t.Fatal(err)
		}
		working()
	})
	t.Run("an etcd that hangs", func(t *testing.T) {
		if err := in.server.Etcd.Freeze(); err != nil {
			t.Fatal(err)
		}
		failing("did not answer in time", apihelper.Timeout)
		if err := in.server.Etcd.Thaw(); err != nil {
			t.Fatal(err)
		}
		working()
	})
	t.Run("a server that stopped", func(t *testing.T) {
		in.server.API.Kill()
		failing("cannot be reached: dial tcp", time.Second)
		if err := in.server.API.Start(); err != nil {
			t.Fatal(err)
		}
		working()
	})
}
